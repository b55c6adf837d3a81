namespace KubeMemory.Tests.Simulator;

/// <summary>A folder of one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("kubememory-simulator-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
