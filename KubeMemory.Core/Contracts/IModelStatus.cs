namespace KubeMemory.Core.Contracts;

public enum ModelState
{
    /// <summary>Its endpoint does not answer yet.</summary>
    Waiting,
    Pulling,
    Ready,

    /// <summary>The endpoint answers and refuses; it is asked again.</summary>
    Failed,
}

/// <param name="Port"><see cref="EnginePorts.Chat"/> or <see cref="EnginePorts.Embedding"/>.</param>
/// <param name="Model">Like <c>qwen2.5:0.5b</c>.</param>
/// <param name="Percent">Of the pull, 0 to 100, never falling while one pull goes on; null while nothing is known.</param>
/// <param name="Sentence">For people: what goes on, or what is wrong.</param>
public sealed record ModelStatus(string Port, string Model, ModelState State, int? Percent, string Sentence);

/// <summary>How far the models of the connection strings are; without one there is nothing to say.</summary>
public interface IModelStatus
{
    IReadOnlyList<ModelStatus> List();
}
