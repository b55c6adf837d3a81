namespace KubeMemory.Core.Contracts;

/// <summary>
/// A model's endpoint answers, and refuses what was asked: an unknown model, a wrong key, a text that is too long. Trying again changes
/// nothing until somebody changes the question or the configuration.
/// </summary>
/// <param name="engine">For people, with its address: <c>Ollama at localhost:11434</c>.</param>
/// <param name="reason">What the endpoint said.</param>
public sealed class ModelRefusedException(string engine, string reason, Exception? fault = null)
    : Exception($"{engine} refuses: {reason.TrimEnd('.')}.", fault)
{
    public string Engine { get; } = engine;

    public string Reason { get; } = reason;
}
