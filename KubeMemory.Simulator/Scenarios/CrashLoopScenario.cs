namespace KubeMemory.Simulator.Scenarios;

/// <summary>The cause stands in the previous container's log only.</summary>
internal sealed class CrashLoopScenario() : Scenario("crash-loop", "A new version cannot resolve its database's name and restarts for ever.")
{
    private const string FirstLines = "INFO  orders-api 2.15.0 starting…\n";

    private static readonly Crash UnknownHost = new(
        1,
        "Error",
        FirstLines,
        FirstLines + """
            INFO  configuration read from the environment
            WARN  connect to orders-db.data.svc:5432 failed, attempt 1 of 2
            WARN  connect to orders-db.data.svc:5432 failed, attempt 2 of 2
            ERROR cannot open the connection pool
            java.net.UnknownHostException: orders-db.data.svc: Name or service not known
            	at example.shop.orders.Pool.open(Pool.java:58)
            	at example.shop.orders.Main.main(Main.java:31)

            """,
        TimeSpan.FromSeconds(2));

    protected internal override Task Play(SimulatedCluster cluster, CancellationToken ct) =>
        Play(cluster, UnknownHost.RunsFor, restarts: 6, ct);

    /// <param name="restarts">Null: for ever.</param>
    internal static async Task Play(SimulatedCluster cluster, TimeSpan runsFor, int? restarts, CancellationToken ct)
    {
        var orders = cluster.Healthy("shop", "orders-api", "registry.example.com/shop/orders-api:2.14.0", 1);
        orders.SetImage("registry.example.com/shop/orders-api:2.15.0");
        var old = orders.OldPods;
        var pods = orders.ScaleUp(1);
        foreach (var pod in old)
        {
            orders.Remove(pod);
        }

        await cluster.CrashLoop(pods, UnknownHost with { RunsFor = runsFor }, restarts, ct).ConfigureAwait(false);
    }
}
