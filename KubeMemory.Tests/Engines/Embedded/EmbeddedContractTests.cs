using KubeMemory.Tests.Engines.Contracts;

namespace KubeMemory.Tests.Engines.Embedded;

public sealed class EmbeddedIncidentRulesTests : IncidentRulesContract
{
    protected override async Task<EngineSet> OpenAsync() => await EmbeddedEngineSet.OpenAsync();
}

public sealed class EmbeddedStreamTests : StreamContract
{
    protected override async Task<StreamSet> OpenAsync() => await EmbeddedEngineSet.OpenAsync();
}

public sealed class EmbeddedProjectionsTests : ProjectionsContract
{
    protected override async Task<EngineSet> OpenAsync() => await EmbeddedEngineSet.OpenAsync();
}

public sealed class EmbeddedRetentionTests : RetentionContract
{
    protected override async Task<EngineSet> OpenAsync() => await EmbeddedEngineSet.OpenAsync();
}

public sealed class EmbeddedAuditTests : AuditContract
{
    protected override async Task<EngineSet> OpenAsync() => await EmbeddedEngineSet.OpenAsync();
}

public sealed class EmbeddedAnalysesTests : AnalysesContract
{
    protected override async Task<EngineSet> OpenAsync() => await EmbeddedEngineSet.OpenAsync();
}

public sealed class EmbeddedFixesTests : FixesContract
{
    protected override async Task<EngineSet> OpenAsync() => await EmbeddedEngineSet.OpenAsync();
}

public sealed class EmbeddedHostileSignalsTests : HostileSignalsContract
{
    protected override async Task<EngineSet> OpenAsync() => await EmbeddedEngineSet.OpenAsync();
}
