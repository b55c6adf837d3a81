using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Core.Signals;
using Xunit;

namespace KubeMemory.Tests.Core.Memory;

public sealed class CaseLikenessTests
{
    private const string Dns = "dial tcp: lookup orders-db.shop on 10.96.0.10:53: no such host";
    private const string Nil = "panic: runtime error: invalid memory address or nil pointer dereference";
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Diagnoser Rules = new([Signature("host-unresolved", "A host name cannot be resolved", "lookup (?<host>[^ ]+)"), Signature("nil-dereferenced", "The process uses what is not there", "nil pointer")]);

    [Fact]
    public void Score_SameFaultElsewhere_IsHighAndHardNegativeIsLow()
    {
        var same = Of(Case(1, "web", Dns), Case(2, "api", Dns.Replace("orders-db", "ledger-db", StringComparison.Ordinal)), new Diagnoser([]));
        var negative = Of(Case(1, "web", Dns), Case(3, "api", Nil), new Diagnoser([]));

        Assert.True(same.Score > CaseLikeness.SameFailureFrom, $"same: {same.Score}");
        Assert.True(negative.Score < CaseLikeness.Threshold, $"negative: {negative.Score}");
        Assert.True(Of(Case(1, "web", Dns), Case(2, "api", Dns), Rules).Score > same.Score);
        Assert.Equal(CaseLikeness.FeatureNames.Count, same.Features().Length);
    }

    [Fact]
    public void Choose_RecurrencesOfOneKey_AreOneRowAndTheNewest()
    {
        var asked = CaseProfile.Of(Case(10, "web", Dns), Rules);
        CaseLikeness[] all = [.. new[] { Case(1, "web", Dns, At.AddDays(-3)), Case(2, "web", Dns, At.AddDays(-1)), Case(3, "api", Dns), Case(4, "api", Dns, At.AddDays(-9)) }.Select(other => new CaseLikeness(asked, CaseProfile.Of(other, Rules)))];

        var chosen = SimilarCases.Choose(all, new Dictionary<long, double>(), 5);

        Assert.Equal([(2L, "key"), (3L, "signature")], chosen.Select(one => (one.Likeness.Other.Facts.Id, one.Match)));
        Assert.Single(SimilarCases.Choose(all, new Dictionary<long, double>(), 1));
    }

    [Fact]
    public void Choose_SameWorkloadForAnotherReason_IsNoRecurrence()
    {
        var asked = CaseProfile.Of(Case(10, "web", Dns), Rules);
        CaseLikeness[] all = [new(asked, CaseProfile.Of(Case(1, "web", Nil), Rules)), new(asked, CaseProfile.Of(Case(2, "api", Dns), Rules))];

        Assert.Equal([2L], SimilarCases.Choose(all, new Dictionary<long, double>(), 5).Select(one => one.Likeness.Other.Facts.Id));
    }

    [Theory]
    [InlineData(0, "The same problem at the same time")]
    [InlineData(40, "The same problem 40 minutes earlier")]
    [InlineData(90, "The same problem 1 hour earlier")]
    [InlineData(60 * 24 * 3, "The same problem 3 days earlier")]
    [InlineData(-60 * 24 * 90, "The same problem 3 months later")]
    public void Reasons_OfARecurrence_SayWhen(int minutes, string expected) =>
        Assert.Equal(expected, MatchReasons.Of(Of(Case(1, "web", Dns), Case(2, "web", Dns, At.AddMinutes(-minutes)), Rules), SimilarCases.KeyMatch, lives: 2)[0]);

    [Fact]
    public void Reasons_OfTheSameFailureElsewhere_NameWorkloadCauseAndImage()
    {
        var likeness = Of(Case(1, "web", Dns), Case(2, "api", Dns) with { Image = "web:3", ClusterId = "c2", ClusterName = "staging" }, Rules);

        Assert.Equal(
            ["The same failure on workload shop/api of cluster staging, 7 times there", "The same cause: a host name cannot be resolved (orders-db.shop)", "Same image web:3"],
            MatchReasons.Of(likeness, SimilarCases.SignatureMatch, lives: 7));
        Assert.Equal("The same problem at the same time, 7 times before", MatchReasons.Of(Of(Case(1, "web", Dns), Case(2, "web", Dns), Rules), SimilarCases.KeyMatch, lives: 8)[0]);
    }

    [Theory]
    [InlineData("registry.example.com:5000/shop/api:1.2@sha256:ab", "registry.example.com:5000/shop/api")]
    [InlineData("localhost:5000/api", "localhost:5000/api")]
    [InlineData("nginx", "nginx")]
    public void Repository_OfAnImage_HasNoTag(string image, string expected) => Assert.Equal(expected, CaseProfile.RepositoryOf(image));

    private static CaseLikeness Of(IncidentFacts asked, IncidentFacts other, Diagnoser rules) => new(CaseProfile.Of(asked, rules), CaseProfile.Of(other, rules));

    private static IncidentFacts Case(long id, string workload, string log, DateTimeOffset? at = null) => IncidentDocumentTests.Facts(
        new(EvidenceKind.Event, "BackOff ×3", "Back-off restarting failed container"),
        new(EvidenceKind.ContainerState, "State of container app", "ready: no\nbefore: ended with exit code 1, reason Error, started 2025-03-01T11:00:00Z"),
        new(EvidenceKind.Log, "Log of app before its last restart", log)) with
    {
        Id = id,
        Workload = workload,
        Type = IncidentType.CrashLoopBackOff,
        Description = "Container app keeps crashing, last with exit code 1",
        Signature = "CrashLoopBackOff: exit code 1",
        Image = $"{workload}:3",
        OccurredAt = at ?? At,
    };

    private static FailureSignature Signature(string id, string title, string pattern) => new()
    {
        Id = id,
        Title = title,
        Area = SignatureArea.Dependencies,
        Types = [IncidentType.CrashLoopBackOff],
        Clues = [Clue.Log(pattern)],
        Specificity = 60,
        Verdict = Verdict.Confirmed,
        Cause = title + ".",
        Thing = "host",
        Steps = [],
        Prevention = [],
        Documentation = new Uri("https://kubernetes.io/docs/"),
        Samples = [],
        NearMisses = [],
    };
}
