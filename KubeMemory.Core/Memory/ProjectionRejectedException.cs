namespace KubeMemory.Core.Memory;

/// <summary>
/// The engine of a projection answered, and refuses what it was given: the same again is refused again. Whoever works in the background puts it
/// aside instead of trying for ever. <see cref="Contracts.EngineUnavailableException"/> is the fault that passes.
/// </summary>
/// <param name="message">One sentence for people: which engine, and what it said.</param>
public sealed class ProjectionRejectedException(string message, Exception? inner = null) : Exception(message, inner);
