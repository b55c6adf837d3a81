namespace KubeMemory.Engines;

/// <summary>The data folder cannot be used; the message is one sentence for the user that says why and what to do.</summary>
public sealed class DataFolderException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Another process has it, and may be asked instead.</summary>
    public bool IsHeld { get; init; }
}
