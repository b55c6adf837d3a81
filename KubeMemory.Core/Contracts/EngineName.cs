namespace KubeMemory.Core.Contracts;

/// <summary>Which engine serves a port, for people; registered once a port beside the engine itself.</summary>
/// <param name="Port">Like <c>incidents</c> or <c>signals</c>; see <see cref="EnginePorts"/>.</param>
/// <param name="Engine">Like <c>SQLite</c>.</param>
public sealed record EngineName(string Port, string Engine);

public static class EnginePorts
{
    public const string Incidents = "incidents";
    public const string Signals = "signals";
    public const string Vectors = "vectors";
    public const string Graph = "graph";
    public const string Chat = "chat";
    public const string Embedding = "embedding";
}
