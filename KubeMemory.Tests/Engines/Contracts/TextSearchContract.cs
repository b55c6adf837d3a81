using KubeMemory.Core.Contracts;
using KubeMemory.Core.Fixes;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using Xunit;

namespace KubeMemory.Tests.Engines.Contracts;

/// <summary>What a search finds, in each size.</summary>
public abstract class TextSearchContract : IAsyncLifetime
{
    private static readonly DateTimeOffset At = EngineSet.Start;

    protected EngineSet Engines { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<EngineSet> OpenAsync();

    /// <summary>One statement, past every port.</summary>
    protected abstract Task RunAsync(string sql);

    /// <summary>How the database goes about a statement.</summary>
    protected abstract Task<string> PlanAsync(IncidentQuery query);

    /// <summary>What the plan says where it uses the two indexes.</summary>
    protected abstract IReadOnlyList<string> Indexes { get; }

    public async ValueTask InitializeAsync() => Engines = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Engines.DisposeAsync();
    }

    [Theory]
    [InlineData("payments")]
    [InlineData("PAYM")]
    [InlineData("ments-7d9f8")]
    [InlineData("-x2x")]
    [InlineData("shop")]
    [InlineData("CrashLoopBackOff: cause")]
    [InlineData("pay shop x2x4k")]
    [InlineData("x2")]
    [InlineData("-")]
    public async Task Search_PartOfANameOrText_Finds(string text)
    {
        await OpenPaymentsAsync();
        Assert.Equal(["payments"], await FindAsync(text));
    }

    [Theory]
    [InlineData("paymentz")]
    [InlineData("pay other-word")]
    [InlineData("pay_ents")]
    [InlineData("pay%ents")]
    [InlineData("p*")]
    [InlineData("payments*")]
    [InlineData("payments OR nothing-like-it")]
    [InlineData("NOT")]
    [InlineData("text:payments")]
    [InlineData("\"payments\"")]
    [InlineData("payments'")]
    [InlineData("(payments)")]
    [InlineData("^payments")]
    [InlineData("pay\\ments")]
    [InlineData("pay\0ments")]
    [InlineData("%%%")]
    [InlineData("***")]
    [InlineData("\"")]
    [InlineData("\"\"\"\"")]
    [InlineData("'")]
    [InlineData("::")]
    [InlineData("NEAR(payments,1)")]
    [InlineData("{payments}:x")]
    [InlineData("payments:*&!|<->x")]
    public async Task Search_WhatStandsNowhere_FindsNothing(string text)
    {
        await OpenPaymentsAsync();
        Assert.Empty(await FindAsync(text));
    }

    [Theory]
    [InlineData("refused")]
    [InlineData("REFU")]
    [InlineData("10.0.0.7")]
    [InlineData("10.0.0.7:5432")]
    [InlineData("db_main")]
    [InlineData("100%")]
    [InlineData("\"quoted")]
    [InlineData("it's")]
    [InlineData("C:\\temp")]
    [InlineData("(SIGKILL)")]
    [InlineData("a*b")]
    [InlineData("re")]
    [InlineData("überlauf")]
    [InlineData("payments refused")]
    [InlineData("x2x4k shop 10.0.0.7 over")]
    public async Task Search_WordOfTheEvidence_Finds(string text)
    {
        await OpenPaymentsAsync();
        Assert.Equal(["payments"], await FindAsync(text));
    }

    [Theory]
    [InlineData("fused")]
    [InlineData("10.0.0.8")]
    [InlineData("0.7:5433")]
    [InlineData("db-main")]
    [InlineData("100_")]
    [InlineData("refused\"")]
    [InlineData("web refused")]
    public async Task Search_NoWordOfTheEvidence_FindsNothing(string text)
    {
        await OpenPaymentsAsync();
        Assert.Empty(await FindAsync(text));
    }

    [Fact]
    public async Task Search_TextAndPodReplaced_FindsTheNewOnly()
    {
        await Engines.IngestAsync(Make.Event("web", "a", 1, At, IncidentType.CreateContainerError, "web-old11") with { Description = "before words", Signature = "oldsig" });
        await Engines.IngestAsync(Make.Event("web", "a", 2, At + TimeSpan.FromMinutes(1), IncidentType.CreateContainerError, "web-new22") with { Description = "after words", Signature = "newsig" });

        Assert.Equal("web-new22", (await Engines.OnlyIncidentAsync()).PodName);
        Assert.Equal(["web"], await FindAsync("eb-new22"));
        // Not the beginning of a word, so that the facts about the first pod do not count.
        Assert.Empty(await FindAsync("eb-old11"));
        Assert.Equal(["web"], await FindAsync((await Engines.OnlyIncidentAsync()).Description));
    }

    [Fact]
    public async Task Search_EvidenceReplaced_FindsTheNewOnly()
    {
        var id = await OpenPaymentsAsync();
        await Engines.IngestAsync(Log(id, "all is well again"));

        Assert.Equal(["payments"], await FindAsync("again"));
        Assert.Empty(await FindAsync("refused"));
    }

    [Fact]
    public async Task Search_IncidentDeleted_LeavesNothingInTheIndexes()
    {
        var id = await OpenPaymentsAsync();
        await RunAsync("DELETE FROM evidence");
        Assert.Empty(await FindAsync("refused"));
        await RunAsync("DELETE FROM incidents");
        await Engines.IngestAsync(Make.Event("web", "b", 1, At));

        Assert.NotEqual(id, (await Engines.OnlyIncidentAsync()).Id);
        Assert.Empty(await FindAsync("payments"));
        Assert.Equal(["web"], await FindAsync("web"));
    }

    [Theory]
    [InlineData("headroom")]
    [InlineData("CGROUP")]
    [InlineData("payments doub")]
    [InlineData("10.1.2.3:5432")]
    [InlineData("100%")]
    [InlineData("undersized")]
    public async Task Search_WordOfAFixOrCorrection_Finds(string text)
    {
        await RecordAsync(await OpenPaymentsAsync());
        Assert.Equal(["payments"], await FindAsync(text));
    }

    [Theory]
    [InlineData("eadroom")]
    [InlineData("10.1.2.4")]
    [InlineData("110%")]
    public async Task Search_NoWordOfAFix_FindsNothing(string text)
    {
        await RecordAsync(await OpenPaymentsAsync());
        Assert.Empty(await FindAsync(text));
    }

    [Fact]
    public async Task Search_FixEditedAndDeleted_FindsWhatIsThere()
    {
        var fix = await RecordAsync(await OpenPaymentsAsync());
        await Engines.Fixes.EditAsync(fix.Id, new FixPatch("Halved the heap", null, ""), Token);
        Assert.Empty(await FindAsync("headroom"));
        Assert.Empty(await FindAsync("undersized"));
        Assert.Equal(["payments"], await FindAsync("halved"));

        await Engines.Fixes.DeleteAsync(fix.Id, Token);
        Assert.Empty(await FindAsync("halved"));
    }

    [Fact]
    public async Task Search_TextsThatADatabaseMayRefuse_AreKeptAndFound()
    {
        await Engines.IngestAsync(Make.Event("web", "a", 1, At) with { Description = "nul\0here and half\ud83d", Message = "m\0", Signature = "sig\0nature" });
        var id = (await Engines.OnlyIncidentAsync()).Id;
        await Engines.IngestAsync(Log(id, "printed\0bytes \udc00 here"));

        Assert.Equal(["web"], await FindAsync("here"));
        Assert.Equal(["web"], await FindAsync("printed"));
        Assert.Contains("printed", (await Engines.DetailAsync(id)).RawLogs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_AnyWord_UsesTheIndexes()
    {
        var plan = await PlanAsync(IncidentQuery.All with { Text = "payments" });
        Assert.All(Indexes, index => Assert.Contains(index, plan, StringComparison.Ordinal));
    }

    private async Task<long> OpenPaymentsAsync()
    {
        await Engines.IngestAsync(Make.Event("web", "w", 1, At) with { Namespace = "front", PodName = "web.1", Description = "web is down", Signature = "web" });
        await Engines.IngestAsync(Make.Event("payments", "p", 3, At, pod: "payments-7d9f8-x2x4k"));
        var id = (await Engines.IncidentsAsync()).Single(incident => incident.Workload == "payments").Id;
        await Engines.IngestAsync(Log(id, "dial tcp 10.0.0.7:5432: connection refused by db_main\n100% of \"quoted words\", it's C:\\temp (SIGKILL) a*b Überlauf überlauf overflow"));
        return id;
    }

    private async Task<FixDto> RecordAsync(long id) =>
        (await Engines.Fixes.AddAsync(id, new FixDraft("Doubled the cgroup headroom to 100% at 10.1.2.3:5432", true, "It was undersized", null, "ada"), Token))!;

    private static EvidenceSignal Log(long id, string text) => new()
    {
        ClusterId = Make.Cluster,
        IncidentId = id,
        Items = [new EvidenceItem(EvidenceKind.Log, "log|x|app", "Log", text, At, "x", "app")],
        Missing = [],
    };

    private async Task<string[]> FindAsync(string text)
    {
        var slice = await Engines.Reader.ListAsync(IncidentQuery.All with { Text = text }, Token);
        Assert.Equal(slice.Count, slice.Results.Count);
        return [.. slice.Results.Select(incident => incident.Workload)];
    }
}
