using System.Text.Json;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using Xunit;

namespace KubeMemory.Tests.Core.Signals;

public sealed class SignalJsonTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static TheoryData<Signal> Smallest =>
    [
        new HealthSignal { ClusterId = "c", Namespace = "shop", WorkloadKind = "Deployment", WorkloadName = "cart", Desired = 0, Ready = 0, At = At },
        new FailureSignal
        {
            ClusterId = "c", Source = SignalSource.Event, SeriesKey = "e|shop|x|1", Namespace = "shop", SubjectKind = "Pod", SubjectName = "cart",
            WorkloadKind = "Pod", WorkloadName = "cart", Type = IncidentType.Unknown, Reason = "Odd", Message = "", Description = "", Signature = "",
            Occurrences = 1, FirstSeen = At, LastSeen = At,
        },
        new EvidenceSignal { ClusterId = "c", IncidentId = 1, Items = [] },
        new ClusterSignal { ClusterId = "c", Name = "prod", PodsReadable = false },
    ];

    [Theory]
    [MemberData(nameof(Smallest))]
    public void Envelope_WithZeroes_ReadsBackAsWritten(Signal signal)
    {
        var envelope = new SignalEnvelope(SignalEnvelope.CurrentVersion, At, null, signal);

        var json = JsonSerializer.Serialize(envelope, SignalJsonContext.Default.SignalEnvelope);
        var read = JsonSerializer.Deserialize(json, SignalJsonContext.Default.SignalEnvelope);

        Assert.Equivalent(signal, read!.Signal, strict: true);
    }
}
