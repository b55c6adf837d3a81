using KubeMemory.Tests.Engines.Contracts;

namespace KubeMemory.Tests.Engines.Embedded;

public sealed class EmbeddedIncidentGraphTests : IncidentGraphContract
{
    private protected override async Task<GraphSet> OpenAsync()
    {
        var engines = await EmbeddedEngineSet.OpenAsync();
        return new StoreGraphSet(engines, engines.Graph);
    }
}
