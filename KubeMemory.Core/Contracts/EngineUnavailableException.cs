namespace KubeMemory.Core.Contracts;

/// <summary>
/// An engine cannot be reached, or is starting or shutting down: the moment is to blame, not what was asked. Whoever works in the background
/// tries again; the API answers 503.
/// </summary>
/// <param name="engine">For people, with its address: <c>PostgreSQL at db:5432</c>.</param>
public sealed class EngineUnavailableException(string engine, Exception fault)
    : Exception($"{engine} does not answer: {fault.Message.TrimEnd('.')}.", fault)
{
    public string Engine { get; } = engine;

    /// <summary>What is wrong, like <c>Connection refused</c>; without a full stop.</summary>
    public string Reason { get; } = fault.Message.TrimEnd('.');

    /// <summary>The sentence alone: an engine that is out is everyday life, and a stack trace of each attempt would bury every other line of a log.</summary>
    public override string ToString() => Message;
}
