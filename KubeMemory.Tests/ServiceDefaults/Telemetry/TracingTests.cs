using System.Diagnostics;
using KubeMemory.Core.Tracing;
using KubeMemory.ServiceDefaults;
using KubeMemory.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry;
using OpenTelemetry.Trace;
using Xunit;

namespace KubeMemory.Tests.ServiceDefaults.Telemetry;

public sealed class TracingTests
{
    [Theory]
    [InlineData("/api/incidents/", true)]
    [InlineData("/", true)]
    [InlineData("/incidents/7", true)]
    [InlineData("/api/incidents/stream", false)]
    [InlineData("/ws/incidents/", false)]
    [InlineData("/_blazor", false)]
    [InlineData("/_framework/blazor.web.js", false)]
    [InlineData("/health", false)]
    [InlineData("/metrics", false)]
    [InlineData("/api/v1/pods", false)]
    public void IsServed_WhatLastsOrIsAskedAllTheTime_IsNot(string path, bool traced) => Assert.Equal(traced, Tracing.IsServed(new PathString(path)));

    [Theory]
    [InlineData(ActivityKind.Client, false, SamplingDecision.Drop)]
    [InlineData(ActivityKind.Client, true, SamplingDecision.RecordAndSample)]
    [InlineData(ActivityKind.Server, false, SamplingDecision.RecordAndSample)]
    [InlineData(ActivityKind.Consumer, false, SamplingDecision.RecordAndSample)]
    public void Sampler_CallThatNobodyAskedFor_IsLeftOut(ActivityKind kind, bool hasParent, SamplingDecision expected)
    {
        var trace = ActivityTraceId.CreateRandom();
        var parent = hasParent ? new ActivityContext(trace, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded) : default;
        var sampler = new OwnRootsSampler(new ParentBasedSampler(new AlwaysOnSampler()), TimeProvider.System);

        Assert.Equal(expected, sampler.ShouldSample(new SamplingParameters(parent, trace, "select", kind)).Decision);
    }

    [Fact]
    public void Sampler_RoutineWork_IsATraceNowAndThen()
    {
        var time = new FakeTimeProvider();
        var sampler = new OwnRootsSampler(new AlwaysOnSampler(), time);
        bool IsKept(string name, params KeyValuePair<string, object?>[] tags) =>
            sampler.ShouldSample(new SamplingParameters(default, ActivityTraceId.CreateRandom(), name, ActivityKind.Producer, tags)).Decision == SamplingDecision.RecordAndSample;
        KeyValuePair<string, object?>[] routine = [new(SpanTags.Routine, true)];

        Assert.True(IsKept("append signals", routine));
        Assert.False(IsKept("append signals", routine));
        Assert.True(IsKept("project live", routine));
        Assert.True(IsKept("append signals"));
        time.Advance(OwnRootsSampler.RoutineEvery);
        Assert.True(IsKept("append signals", routine));
        Assert.False(IsKept("append signals", routine));
        Assert.Equal(SpanTags.Routine, OwnRootsSampler.RoutineTag);
    }

    [Theory]
    [InlineData("", "", "ParentBased{AlwaysOnSampler}")]
    [InlineData("always_off", "", "AlwaysOffSampler")]
    [InlineData("traceidratio", "0.25", "TraceIdRatioBasedSampler{0.250000}")]
    [InlineData("parentbased_traceidratio", "", "ParentBased{TraceIdRatioBasedSampler{1.000000}}")]
    public void Sampler_OfTheUsualVariables_IsKept(string name, string argument, string expected) =>
        Assert.Equal(expected, ConfiguredSampler.Of(Configuration(name, argument)).Description);

    [Theory]
    [InlineData("sometimes", "", "OTEL_TRACES_SAMPLER is 'sometimes'")]
    [InlineData("traceidratio", "a tenth", "OTEL_TRACES_SAMPLER_ARG is 'a tenth'")]
    [InlineData("traceidratio", "10", "OTEL_TRACES_SAMPLER_ARG is '10'")]
    public void Sampler_Mistake_IsOneSentence(string name, string argument, string expected)
    {
        var mistake = Assert.Throws<OptionsValidationException>(() => ConfiguredSampler.Of(Configuration(name, argument)));

        Assert.StartsWith(expected, mistake.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', mistake.Message);
    }

    [Theory]
    [InlineData("", "", "kubememory-api")]
    [InlineData("memory", "", "memory")]
    [InlineData("", "service.name=theirs,team=platform", "theirs")]
    [InlineData("memory", "service.name=theirs", "memory")]
    public void Resource_IsNamedByTheProgram_UnlessTheUsualVariablesSayOtherwise(string name, string attributes, string expected)
    {
        using var host = Host(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"), ("OTEL_SERVICE_NAME", name), ("OTEL_RESOURCE_ATTRIBUTES", attributes));
        var resource = host.Services.GetRequiredService<TracerProvider>().GetResource().Attributes.ToDictionary(one => one.Key, one => one.Value.ToString());

        Assert.Equal(expected, resource["service.name"]);
        Assert.Matches(@"^\d+\.\d+\.\d+$", resource["service.version"]);
        Assert.NotEmpty(resource["service.instance.id"]!);
    }

    [Fact]
    public void Host_WithoutAnEndpoint_CollectsNoTraces()
    {
        using var host = Host();

        Assert.Null(host.Services.GetService<TracerProvider>());
    }

    [Fact]
    public void Host_ThatIsNotTheProcess_CollectsNoTraces()
    {
        var builder = Builder(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"));
        builder.AddServiceDefaults(new ServiceTelemetry("kubememory", ForProcess: false));
        using var host = builder.Build();

        Assert.Null(host.Services.GetService<TracerProvider>());
    }

    private static IHost Host(params (string Key, string Value)[] settings)
    {
        var builder = Builder(settings);
        builder.AddServiceDefaults();
        return builder.Build();
    }

    private static HostApplicationBuilder Builder(params (string Key, string Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, ApplicationName = "KubeMemory.Api" });
        builder.Configuration.AddInMemoryCollection(settings.Where(one => one.Value.Length > 0).Select(one => KeyValuePair.Create(one.Key, (string?)one.Value)));
        return builder;
    }

    private static IConfiguration Configuration(string name, string argument) =>
        new ConfigurationBuilder().AddInMemoryCollection([new(ConfiguredSampler.NameKey, name), new(ConfiguredSampler.ArgumentKey, argument)]).Build();
}
