using KubeMemory.Core.Contracts;

namespace KubeMemory.Api.Projection;

/// <summary>How the projections stood at the last look, for the status, which must not wait for their engines. Thread-safe.</summary>
internal sealed class ProjectionBoard
{
    private IReadOnlyList<ProjectionStatus> _last = [];

    public IReadOnlyList<ProjectionStatus> Last
    {
        get => Volatile.Read(ref _last);
        set => Volatile.Write(ref _last, value);
    }
}
