using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Trace;

namespace KubeMemory.ServiceDefaults.Telemetry;

/// <summary>What becomes a span: our own work, requests of people and programs, and what both do to the engines.</summary>
internal static class Tracing
{
    /// <summary>PostgreSQL's driver; it needs no package to be listened to.</summary>
    private const string PostgresSource = "Npgsql";

    /// <summary>What a person does on a page: the work of a circuit stands under it instead of under a connection of hours.</summary>
    private const string PagesSource = "Microsoft.AspNetCore.Components";

    /// <summary>Requests that last as long as somebody looks, or that nobody asked for.</summary>
    private static readonly PathString[] Untraced =
        ["/health", "/alive", "/metrics", "/api/incidents/stream", "/ws/incidents", "/_blazor", "/_framework", "/_content"];

    /// <summary>What a cluster is asked; where it answers from this process, as the demo's does, that is no work of ours.</summary>
    private static readonly PathString[] OfTheCluster = ["/api/v1", "/apis"];

    public static TracerProviderBuilder AddTracing(this TracerProviderBuilder tracing) => tracing
        .AddSource(TelemetryExtensions.TelemetryPrefix, PostgresSource, PagesSource)
        .SetSampler(provider => new OwnRootsSampler(
            ConfiguredSampler.Of(provider.GetRequiredService<IConfiguration>()), provider.GetService<TimeProvider>() ?? TimeProvider.System))
        .AddAspNetCoreInstrumentation(options => options.Filter = context => IsServed(context.Request.Path))
        .AddHttpClientInstrumentation(options => options.FilterHttpRequestMessage = request => IsTraced(request.RequestUri));

    internal static bool IsServed(PathString path) => IsTraced(path) && !Array.Exists(OfTheCluster, cluster => path.StartsWithSegments(cluster));

    internal static bool IsTraced(PathString path) => !Array.Exists(Untraced, untraced => path.StartsWithSegments(untraced));

    private static bool IsTraced(Uri? address) => address is null || !address.IsAbsoluteUri || IsTraced(new PathString(address.AbsolutePath));
}

/// <summary>
/// Which roots are worth a trace. A client's call that nobody asked for is a poll (the outbox looked at once a second, the status of the
/// strip, a lease, a heartbeat) and is left out. Of batches in which nothing is new there is a trace now and then: they would bury what is.
/// All else is the sampler's that was chosen.
/// </summary>
internal sealed class OwnRootsSampler(Sampler chosen, TimeProvider time) : Sampler
{
    /// <summary>On the root of routine work; see <c>SpanTags.Routine</c>.</summary>
    public const string RoutineTag = "kubememory.routine";

    /// <summary>Between two traces of the same routine work.</summary>
    public static readonly TimeSpan RoutineEvery = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, long> _routine = new(StringComparer.Ordinal);

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        samplingParameters.ParentContext.TraceId == default && (IsPoll(samplingParameters) || IsOneTooMany(samplingParameters))
            ? new SamplingResult(SamplingDecision.Drop)
            : chosen.ShouldSample(samplingParameters);

    private static bool IsPoll(in SamplingParameters root) => root.Kind == ActivityKind.Client;

    private bool IsOneTooMany(in SamplingParameters root)
    {
        if (root.Tags?.Any(static tag => tag.Key == RoutineTag) != true)
        {
            return false;
        }

        var now = time.GetTimestamp();
        if (_routine.TryGetValue(root.Name, out var last))
        {
            return time.GetElapsedTime(last, now) < RoutineEvery || !_routine.TryUpdate(root.Name, now, last);
        }

        return !_routine.TryAdd(root.Name, now);
    }
}

/// <summary>The usual OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG, which the SDK reads only where no sampler is set.</summary>
internal static class ConfiguredSampler
{
    public const string NameKey = "OTEL_TRACES_SAMPLER";
    public const string ArgumentKey = "OTEL_TRACES_SAMPLER_ARG";

    /// <exception cref="OptionsValidationException">There is no such sampler, or its ratio is none; one sentence.</exception>
    public static Sampler Of(IConfiguration configuration) => configuration[NameKey] switch
    {
        null or "" or "parentbased_always_on" => new ParentBasedSampler(new AlwaysOnSampler()),
        "always_on" => new AlwaysOnSampler(),
        "always_off" => new AlwaysOffSampler(),
        "parentbased_always_off" => new ParentBasedSampler(new AlwaysOffSampler()),
        "traceidratio" => new TraceIdRatioBasedSampler(RatioOf(configuration)),
        "parentbased_traceidratio" => new ParentBasedSampler(new TraceIdRatioBasedSampler(RatioOf(configuration))),
        var other => throw Mistake($"{NameKey} is '{other}': it must be always_on, always_off, traceidratio, or one of these with parentbased_ before it."),
    };

    private static double RatioOf(IConfiguration configuration) =>
        configuration[ArgumentKey] is not { Length: > 0 } text ? 1
        : double.TryParse(text, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0 and <= 1 ? ratio
        : throw Mistake($"{ArgumentKey} is '{text}': it must be a number from 0 to 1.");

    private static OptionsValidationException Mistake(string sentence) => new(NameKey, typeof(Sampler), [sentence]);
}
