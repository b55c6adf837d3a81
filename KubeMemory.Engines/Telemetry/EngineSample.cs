using System.Diagnostics.Metrics;
using KubeMemory.Core.Contracts;
using KubeMemory.Engines.Startup;

namespace KubeMemory.Engines.Telemetry;

/// <summary>Which engines answer this process.</summary>
internal sealed class EngineSample : MetricsSample<IReadOnlyList<EngineStatus>>
{
    public const string Meter = "KubeMemory.Engines";

    private readonly EngineAnswers _answers;

    public EngineSample(EngineAnswers answers, IMeterFactory meters, MetricsDemand demand, MetricsOptions options, TimeProvider time)
        : base(demand, options, time)
    {
        _answers = answers;
        meters.Create(Meter).CreateObservableGauge(
            "kubememory.engine.up",
            () => Observe(engines => engines.Select(engine => new Measurement<int>(
                engine.Healthy ? 1 : 0, KeyValuePair.Create("port", (object?)engine.Port), KeyValuePair.Create("engine", (object?)engine.Engine)))),
            "{engine}",
            "1 while the engine of the port answers this process, 0 while it does not.");
    }

    public override string Source => "the engines";

    /// <summary>That one is waited for is worth seeing.</summary>
    public override bool NeedsEngines => false;

    protected override async Task<IReadOnlyList<EngineStatus>> ReadAsync(CancellationToken cancellationToken)
    {
        var beside = _answers.AskBesideAsync(cancellationToken);
        return [.. await _answers.AskNeededAsync(cancellationToken).ConfigureAwait(false), .. await beside.ConfigureAwait(false)];
    }
}
