namespace KubeMemory.Standalone.Import;

/// <summary>Stands still at the moment of the capture: age and quiet are judged at it.</summary>
internal sealed class CaptureClock(DateTimeOffset capturedAt) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => capturedAt;
}
