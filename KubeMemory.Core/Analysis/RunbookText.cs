using System.Globalization;
using System.Text;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Analysis;

/// <summary>
/// An incident's analysis as a page to work by, in Markdown. Whatever comes from the cluster, from people or from a model is data: see
/// <see cref="MarkdownText"/>. Pure.
/// </summary>
public static class RunbookText
{
    private const int LongestQuote = 1000;

    /// <param name="result">Null while there is no analysis.</param>
    public static Runbook Of(IncidentDetail incident, AnalysisResult? result, Retrieved retrieved, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(incident);
        ArgumentNullException.ThrowIfNull(retrieved);
        var text = new StringBuilder();
        Head(text, incident, at);
        Cause(text, incident, result);
        Steps(text, incident, result);
        Fixes(text, retrieved.Guidance);
        Similar(text, retrieved);
        Over(text, incident);
        Rest(text, result, retrieved);
        return new Runbook(FileName(incident), text.ToString());
    }

    private static void Head(StringBuilder text, IncidentDetail incident, DateTimeOffset at)
    {
        Line(text, $"# Runbook: {incident.IncidentType} of {Inline(incident.Workload)}");
        Line(text, $"Incident [{incident.Id}](/incidents/{incident.Id}), written {Time(at)}.");
        Line(text, "| | |\n|---|---|");
        text.Length -= 1;
        Row(text, "Workload", $"{incident.WorkloadKind} {incident.Namespace}/{incident.Workload}");
        Row(text, "Cluster", incident.Cluster);
        Row(text, "Severity", $"{incident.Severity}".ToLowerInvariant());
        Row(text, "Status", $"{incident.Status}".ToLowerInvariant());
        Row(text, "Began", Time(incident.OccurredAt));
        Row(text, "Last seen", $"{Time(incident.LastSeenAt)}, {incident.Occurrences} times, {incident.AffectedPods} pods");
        text.Append('\n');
        Line(text, "## What fails");
        Line(text, Inline(incident.Description));
    }

    private static void Cause(StringBuilder text, IncidentDetail incident, AnalysisResult? result)
    {
        Line(text, "## Cause");
        if (result is null)
        {
            Line(text, "It has not been analysed yet. Until then, this is what was seen:");
            foreach (var seen in incident.Evidence.Where(evidence => evidence.Kind == EvidenceKind.Event).Take(3))
            {
                Quote(text, seen.Id, seen.Text);
            }

            return;
        }

        Line(text, $"**{VerdictOf(result)}** {Inline(result.RootCause)}");
        Said(text, "Correction", result.Correction is { } correction && !result.RootCause.Contains(correction, StringComparison.Ordinal) ? correction : null);
        Said(text, "Disagreement", result.Disagreement);
        Line(text, $"Confidence {result.Confidence.ToString("0.##", CultureInfo.InvariantCulture)}: {Inline(result.ConfidenceOrigin)}");
        Line(text, $"Said by {(result.Model is { } model ? $"the rules and {Inline(model)}" : "the rules")}, {Time(result.At)}.");
        foreach (var source in result.Sources.Where(source => source.Kind == "evidence" && source.Quote.Length > 0))
        {
            Quote(text, source.Id, source.Quote);
        }
    }

    private static void Steps(StringBuilder text, IncidentDetail incident, AnalysisResult? result)
    {
        Line(text, "## What to do");
        Said(text, "First", result?.Recommendation);
        var steps = result is { Steps.Count: > 0 } ? result.Steps.Where(step => step.Origin != "fix")
            : GeneralSteps.Of(DiagnosisCase.Of(incident)).Select(step => new AnalysisStep(step.Text, step.Command, step.Changes, "rules"));
        foreach (var (index, step) in steps.Index())
        {
            var origin = step.Origin == "model" ? " *(suggested by the model)*" : "";
            Line(text, $"{index + 1}. {(step.Changes ? "**This changes the cluster.** " : "")}{Inline(step.Text)}{origin}");
            if (step.Command is { } command)
            {
                Line(text, MarkdownText.Block(Texts.OneLine(command), "sh", "   "));
            }
        }
    }

    private static void Fixes(StringBuilder text, Core.Fixes.FixGuidance guidance)
    {
        if (guidance.Proposals.Count == 0)
        {
            return;
        }

        Line(text, "## What helped before");
        foreach (var proposal in guidance.Proposals)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {Inline(proposal.Fix.Text)} ({RulesWord.RateOf(proposal)}; {Inline(proposal.Fix.By)}, [incident {proposal.Fix.IncidentId}](/incidents/{proposal.Fix.IncidentId}))\n");
        }

        text.Append('\n');
    }

    private static void Similar(StringBuilder text, Retrieved retrieved)
    {
        if (retrieved.Similar.Count == 0)
        {
            return;
        }

        Line(text, "## Similar incidents");
        foreach (var similar in retrieved.Similar)
        {
            var incident = similar.Incident;
            var reason = similar.Reasons is [var first, ..] ? $" ({Inline(first.TrimEnd('.'))})" : "";
            text.Append(CultureInfo.InvariantCulture, $"- [Incident {incident.Id}](/incidents/{incident.Id}), {Time(incident.OccurredAt)}: {Inline($"{incident.Namespace}/{incident.Workload}")}: {Inline(incident.Description)}{reason}\n");
        }

        text.Append('\n');
    }

    /// <summary>From state, as KubeMemory itself does.</summary>
    private static void Over(StringBuilder text, IncidentDetail incident)
    {
        Line(text, "## How to see that it is over");
        var commands = new List<string> { $"kubectl -n {incident.Namespace} get pods --watch" };
        if (incident.WorkloadKind is "Deployment" or "StatefulSet" or "DaemonSet")
        {
            commands.Insert(0, $"kubectl -n {incident.Namespace} rollout status {incident.WorkloadKind.ToLowerInvariant()}/{incident.Workload}");
        }

        Line(text, incident.WorkloadKind is "Job" or "CronJob"
            ? "The job's next run ends well."
            : "All desired replicas are ready and stay so for ten minutes; KubeMemory then resolves the incident by itself.");
        foreach (var command in commands.Where(CommandGuard.IsPlain))
        {
            Line(text, MarkdownText.Block(command, "sh"));
        }
    }

    private static void Rest(StringBuilder text, AnalysisResult? result, Retrieved retrieved)
    {
        List(text, "## So that it does not happen again", result?.Prevention ?? []);
        List(text, "## What is not known", (result?.Missing ?? []).Concat(retrieved.Missing).Distinct(StringComparer.Ordinal));
        if (result?.Documentation is { Scheme: "https" } page)
        {
            Line(text, $"Read more: <{page.AbsoluteUri}>");
        }
    }

    private static void List(StringBuilder text, string heading, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        if (all.Count > 0)
        {
            Line(text, heading);
            Line(text, string.Join('\n', all.Select(line => $"- {Inline(line)}")));
        }
    }

    private static void Quote(StringBuilder text, string id, string quote)
    {
        Line(text, $"Evidence {Inline(id)}:");
        Line(text, MarkdownText.Block(Texts.Cut(quote, LongestQuote)));
    }

    private static void Said(StringBuilder text, string what, string? said)
    {
        if (said is not null)
        {
            Line(text, $"{what}: {Inline(said)}");
        }
    }

    private static void Row(StringBuilder text, string name, string value) => text.Append(CultureInfo.InvariantCulture, $"| {name} | {Inline(value)} |\n");

    private static void Line(StringBuilder text, string line) => text.Append(line).Append("\n\n");

    private static string Inline(string text) => MarkdownText.Inline(text);

    private static string VerdictOf(AnalysisResult result) => result.Verdict switch
    {
        Verdict.Confirmed => "Confirmed.",
        Verdict.Likely => "Likely.",
        _ => "Inconclusive.",
    };

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Of a workload's name what a file may be called.</summary>
    private static string FileName(IncidentDetail incident)
    {
        var name = new string([.. incident.Workload.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-').Take(60)]);
        return name.Length == 0 ? $"incident-{incident.Id}.md" : $"incident-{incident.Id}-{name}.md";
    }
}
