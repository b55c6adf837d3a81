using KubeMemory.Core.Memory;
using KubeMemory.Engines.Relational;
using KubeMemory.Tests.Engines.Contracts;

namespace KubeMemory.Tests.Engines.Embedded;

public sealed class EmbeddedIncidentSearchTests : IncidentSearchContract
{
    protected override IIncidentSearch Search => new RelationalIncidentSearch(((EmbeddedEngineSet)Engines).Relational);

    protected override async Task<EngineSet> OpenAsync() => await EmbeddedEngineSet.OpenAsync();
}
