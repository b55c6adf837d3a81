namespace KubeMemory.Engines.Startup;

/// <summary>An engine that must answer, and be brought up to date, before the process works.</summary>
internal interface IEngineStart
{
    /// <summary>For people, with its address: <c>PostgreSQL at db:5432</c>. Never with credentials.</summary>
    string Name { get; }

    /// <summary>Connects, and migrates where there is something to migrate. Repeated after a fault.</summary>
    /// <exception cref="Core.Contracts.EngineUnavailableException">It does not answer yet.</exception>
    Task StartAsync(CancellationToken cancellationToken);
}
