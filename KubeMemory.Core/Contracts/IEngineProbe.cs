namespace KubeMemory.Core.Contracts;

/// <summary>Asks the engine of a port whether it serves, cheaply and past every cache; registered once a port beside the engine itself.</summary>
public interface IEngineProbe
{
    /// <summary>One of <see cref="EnginePorts"/>.</summary>
    string Port { get; }

    /// <exception cref="Exception">It does not serve; the message says why.</exception>
    Task AskAsync(CancellationToken cancellationToken);
}
