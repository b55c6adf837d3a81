using System.Text.RegularExpressions;

namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

internal static class LeaderLeaseLost
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "leader-lease-lost",
        Title = "Leadership is lost: the lease was not renewed in time",
        Area = SignatureArea.Dependencies,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?i)failed to renew lease (?<lease>[\w./-]+)"),
            Clue.Log("(?i)(?:leader ?election lost|leader election lost|lost leader(?:ship| lease| election)|leaderelection lost|stopped leading|no longer (?:the )?leader)"),
        ],
        Unless =
        [
            // It never may: that is the reason, and another failure.
            Clue.Log("is forbidden: User"),
        ],
        Specificity = 61,
        Verdict = Verdict.Confirmed,
        Cause = "The process lost its leadership because it could not renew its lease[ {lease}] in time, and ended for that. The API server was slow or away, or the process was starved of CPU.",
        Thing = "lease",
        Steps =
        [
            ProcessSteps.PreviousLog,
            new("See who holds the leases.", "kubectl get leases --all-namespaces"),
            new("See whether the API server is well.", "kubectl get --raw=/readyz"),
        ],
        Prevention =
        [
            "Give leaders enough CPU, and a lease that outlasts a slow API server.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/concepts/architecture/leases/"),
        Refine = Read,
        Samples =
        [
            ProcessCase.Crash(
                """
                E0304 05:06:17.9 1 leaderelection.go:332] error retrieving resource lock store/shop-leader: Get "https://10.96.0.1:443/apis/coordination.k8s.io/v1/namespaces/store/leases/shop-leader": context deadline exceeded
                I0304 05:06:18.1 1 leaderelection.go:285] failed to renew lease store/shop-leader: timed out waiting for the condition
                F0304 05:06:18.2 1 main.go:91] leaderelection lost
                """, "store/shop-leader"),
        ],
        NearMisses =
        [
            ProcessCase.Crash(
                """
                INFO stopped leading the tour
                ERROR tour 7 has no guide
                """),
        ],
    };

    private static readonly Regex Lease = new(@"(?i)failed to renew lease (?<lease>[\w./-]+)", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    // The last line says that it is lost, the one before which it was.
    private static IReadOnlyDictionary<string, string>? Read(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts)
    {
        if (facts.ContainsKey("lease") || Lease.Match(facts.GetValueOrDefault(FailureSignature.ContextFact, "")) is not { Success: true } match)
        {
            return facts;
        }

        return new Dictionary<string, string>(facts, StringComparer.Ordinal) { ["lease"] = match.Groups["lease"].Value };
    }
}
