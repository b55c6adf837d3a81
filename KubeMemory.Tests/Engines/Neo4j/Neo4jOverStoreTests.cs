using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Tests.Engines.Contracts;
using Xunit;

namespace KubeMemory.Tests.Engines.Neo4j;

/// <summary>The contract once more with incidents that came as signals and went through the store; and both graphs of one store say the same.</summary>
public sealed class Neo4jOverStoreTests : IncidentGraphContract
{
    private static readonly DateTimeOffset At = EngineSet.Start;

    private EmbeddedEngineSet? _engines;
    private Neo4jGraphSet? _neo4j;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected override async Task<GraphSet> OpenAsync()
    {
        _engines = await EmbeddedEngineSet.OpenAsync();
        _neo4j = await Neo4jGraphSet.StartAsync();
        return new StoreGraphSet(_engines, _neo4j.Graph, _neo4j);
    }

    [Fact]
    public async Task Graph_OfOneStore_IsTheSameInBothEngines()
    {
        long[] ids =
        [
            await Set.AddAsync(new("web", At) { Image = "img:1", Pods = [new("web-1", "n1"), new("web-2", "n2"), new("web-3", null)] }),
            await Set.AddAsync(new("web", At + TimeSpan.FromMinutes(3)) { Type = IncidentType.ProbeFailure, Pods = [new("web-1", "n3")] }),
            await Set.AddAsync(new("api", At - TimeSpan.FromMinutes(3)) { Namespace = "other", Pods = [new("api-1", "n1"), new("api-2", "n9")] }),
            await Set.AddAsync(new("job", At + TimeSpan.FromMinutes(7)) { Image = "img:1", Pods = [new("job-1", "n3")] }),
            await Set.AddAsync(new("web", At) { ClusterId = "cluster-2", Image = "img:1", Pods = [new("web-1", "n1")] }),
            await Set.AddAsync(new("alone", At + TimeSpan.FromDays(1)) { Namespace = "other", Pods = [new("web-1", "n8")] }),
        ];

        foreach (var id in ids)
        {
            foreach (var max in (int[])[0, 1, 20])
            {
                var (mine, theirs) = (await _engines!.Graph.GetNeighbourhoodAsync(id, max, Token), await _neo4j!.Graph.GetNeighbourhoodAsync(id, max, Token));
                Assert.Equal(mine!.Nodes, theirs!.Nodes);
                Assert.Equal(mine.Edges, theirs.Edges);
            }

            foreach (var within in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromMinutes(5), TimeSpan.FromDays(1), TimeSpan.MaxValue])
            {
                Assert.Equal(
                    (await _engines!.Graph.FindCoOccurringAsync(id, within, 3, Token)).Select(TextOf),
                    (await _neo4j!.Graph.FindCoOccurringAsync(id, within, 3, Token)).Select(TextOf));
            }
        }
    }

    private static string TextOf(CoOccurrence other) => $"{other.IncidentId} {other.Apart} {string.Join(' ', other.Shared)}";
}
