using KubeMemory.Core.Contracts;

namespace KubeMemory.Engines.Neo4j;

internal sealed class Neo4jProbe(Neo4jClient client) : IEngineProbe
{
    public string Port => EnginePorts.Graph;

    public Task AskAsync(CancellationToken cancellationToken) => client.ProbeAsync(cancellationToken);
}
