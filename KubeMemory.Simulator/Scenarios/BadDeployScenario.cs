namespace KubeMemory.Simulator.Scenarios;

/// <summary>All pods of a service are replaced at once, none of them starts, and the earlier version comes back as a new revision.</summary>
internal sealed class BadDeployScenario() : Scenario("bad-deploy", "A deploy takes a service down; three minutes later it is rolled back and recovers.")
{
    private const string FirstLines = "payments-api 7.3.0\nreading configuration\n";

    protected internal override async Task Play(SimulatedCluster cluster, CancellationToken ct)
    {
        const string good = "registry.example.com/shop/payments-api:7.2.4";
        var payments = cluster.Healthy("shop", "payments-api", good, 3);
        await cluster.Clock.Wait(2, ct).ConfigureAwait(false);

        payments.SetImage("registry.example.com/shop/payments-api:7.3.0");
        foreach (var old in payments.OldPods)
        {
            payments.Remove(old);
        }

        var broken = payments.ScaleUp(3);
        var crash = new Crash(1, "Error", FirstLines, FirstLines + "fatal: required setting PAYMENTS_GATEWAY_URL is not set\n", TimeSpan.FromSeconds(1));
        await cluster.CrashLoop(broken, crash, restarts: 4, ct).ConfigureAwait(false);
        await cluster.Clock.Wait(75, ct).ConfigureAwait(false);

        payments.SetImage(good);
        payments.RecordRollback(toRevision: 1);
        foreach (var pod in broken)
        {
            payments.Remove(pod);
        }

        await cluster.Start(payments.ScaleUp(3), "payments-api 7.2.4\nlistening on :8080\n", ct).ConfigureAwait(false);
    }
}
