using System.Text;
using KubeMemory.Core.Analysis.Commands;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;

namespace KubeMemory.Core.Analysis.Prompting;

/// <summary>What of an answer is taken.</summary>
/// <param name="Wrong">Why none of it is: a sentence of ours, for the model and for the log; null where it is taken.</param>
internal sealed record CheckedAnswer(
    Verdict Verdict,
    string RootCause,
    string? Recommendation,
    IReadOnlyList<AnalysisStep> Steps,
    IReadOnlyList<string> Prevention,
    double Confidence,
    IReadOnlyList<AnalysisSource> Sources,
    string? Disagreement,
    IReadOnlyList<string> Dropped,
    string? Wrong = null)
{
    public static CheckedAnswer Not(string wrong) => new(Verdict.Inconclusive, "", null, [], [], 0, [], null, [], wrong);
}

/// <summary>
/// Holds an answer against what was sent: what it cites must be there and say so, places that it names must stand in the data, and commands go
/// through <see cref="CommandScreen"/>. Nothing that a model says makes a finding of the rules another one.
/// </summary>
internal sealed class AnswerCheck(AnalysisInput input, IncidentPrompt prompt)
{
    public const int LongestCause = 600;
    public const int LongestRecommendation = 400;
    public const int LongestStep = 300;
    public const int LongestPrevention = 250;
    public const int MostSteps = 6;
    public const int MostPrevention = 3;
    public const int MostSources = 8;

    public const string NoCause = "The model finds no cause that the evidence supports.";
    public const string SpokenTo = "The model does not agree; what it says is not shown, for the evidence holds lines that speak to a language model.";

    // Nobody has measured a model's own numbers: they stay below those of the rules.
    private const double MostLikely = 0.7;
    private const double MostInconclusive = 0.3;

    // So much of a template in a row is a quotation of it.
    private const int QuotedTemplate = 60;

    private readonly Finding? _finding = input.Diagnosis.Main;
    private readonly CommandScreen _screen = new(CommandScope.Of(input.Case, input.Diagnosis.Main, lookOnly: prompt.Withheld > 0));
    private readonly List<string> _dropped = [.. prompt.Cut];

    private bool IsConfirmed => _finding is not null && input.Diagnosis.Verdict == Verdict.Confirmed;

    /// <summary>Lines of the evidence spoke to a language model: its word alone counts for nothing.</summary>
    private bool IsSpokenTo => prompt.Withheld > 0;

    public CheckedAnswer Check(ModelAnswer answer)
    {
        if (Repeats(answer))
        {
            return CheckedAnswer.Not("it repeated the rules or the marks of the data.");
        }

        var cause = PlainAnswerText.Of(answer.RootCause, LongestCause);
        var sources = Sources(answer, cause);
        if (answer.Likely && Refusal(answer, cause, sources) is { } wrong)
        {
            return CheckedAnswer.Not(wrong);
        }

        if (IsSpokenTo)
        {
            _dropped.Add($"{prompt.Withheld} lines of the data speak to a language model and were not sent.");
        }

        return answer.Likely && !Agrees(answer, cause) ? Disagreeing(answer, cause, sources) : Agreeing(answer, cause, sources);
    }

    private string? Refusal(ModelAnswer answer, string cause, List<AnalysisSource> sources)
    {
        if (cause.Length == 0)
        {
            return "\"root_cause\" was empty.";
        }

        if (Grounding.NamesAnotherPlace(cause, prompt.Data))
        {
            return "\"root_cause\" named a host or an address that stands nowhere in the data.";
        }

        return sources.Count > 0 ? null
            : answer.Citations.Count == 0 ? "\"citations\" was empty."
            : !answer.Citations.Any(id => prompt.Sent.ContainsKey(IdOf(id))) ? "\"citations\" named no ID that was given."
            : "the blocks that it cited do not say what \"root_cause\" says.";
    }

    /// <summary>Of confirmed findings, whether the model gives the same cause; of others there is nothing to agree with.</summary>
    private bool Agrees(ModelAnswer answer, string cause) =>
        !IsConfirmed || (answer.Agrees && Grounding.IsSame($"{_finding!.Signature.Title} {_finding.Cause}", _finding.Thing, cause));

    /// <summary>What the rules have confirmed stands, and steps for another cause would only confuse.</summary>
    private CheckedAnswer Disagreeing(ModelAnswer answer, string cause, List<AnalysisSource> sources)
    {
        _dropped.Add("The steps of a model that does not agree with a confirmed finding are not taken.");
        return new(
            Verdict.Likely, _finding!.Cause, null, [], [], Math.Clamp(answer.Confidence, 0, MostInconclusive), IsSpokenTo ? [] : sources, IsSpokenTo ? SpokenTo : cause, _dropped);
    }

    private CheckedAnswer Agreeing(ModelAnswer answer, string cause, List<AnalysisSource> sources)
    {
        var likely = answer.Likely && (!IsSpokenTo || IsOfTheRules(answer, cause));
        // Where the evidence speaks to the model, no more is taken of it than that it agrees with the rules.
        var advises = !IsSpokenTo;
        return new(
            likely ? Verdict.Likely : Verdict.Inconclusive,
            likely ? cause : NoCause,
            likely && advises ? Sentence(answer.Recommendation, LongestRecommendation) : null,
            advises ? Steps(answer, lookOnly: !likely) : [],
            likely && advises ? [.. answer.Prevention.Select(one => Sentence(one, LongestPrevention)).OfType<string>().Distinct().Take(MostPrevention)] : [],
            Math.Clamp(answer.Confidence, 0, likely ? MostLikely : MostInconclusive),
            likely ? sources : [],
            null,
            _dropped);
    }

    private bool IsOfTheRules(ModelAnswer answer, string cause) =>
        _finding is { } finding && answer.Agrees && Grounding.IsSame($"{finding.Signature.Title} {finding.Cause}", finding.Thing, cause);

    private List<AnalysisSource> Sources(ModelAnswer answer, string cause)
    {
        string[] own = [.. new[] { input.Case.Workload, input.Case.Namespace, input.Case.Container, input.Case.PodName, input.Case.NodeName }.OfType<string>().Where(name => name.Length > 1)];
        return
        [
            .. answer.Citations.Select(IdOf).Distinct(StringComparer.Ordinal)
                .Where(id => prompt.Sent.TryGetValue(id, out var sent) && Grounding.Supports(sent, cause, own))
                .Take(MostSources)
                .Select(id => new AnalysisSource(KindOf(id), id[0] == 'E' ? id : id[1..], Grounding.Quote(prompt.Sent[id], cause))),
        ];
    }

    private List<AnalysisStep> Steps(ModelAnswer answer, bool lookOnly)
    {
        var steps = new List<AnalysisStep>();
        foreach (var (text, command) in answer.Steps.Take(MostSteps * 2))
        {
            if (Step(text, command) is { } step && !(lookOnly && step.Changes) && steps.TrueForAll(one => one.Text != step.Text))
            {
                steps.Add(step);
            }
        }

        return [.. steps.OrderBy(step => step.Changes).Take(MostSteps)];
    }

    private AnalysisStep? Step(string text, string command)
    {
        if (Sentence(text, LongestStep) is not { } plain)
        {
            _dropped.Add("A step was dropped: it was empty, or named a place that stands nowhere in the data.");
            return null;
        }

        if (StandsInData(command))
        {
            _dropped.Add("A step was dropped: its command stands in the evidence.");
            return null;
        }

        var screened = _screen.Screen(command);
        if (screened.Refused is { } why)
        {
            _dropped.Add($"A step was dropped: {why}");
            return null;
        }

        return new(plain, screened.Command, screened.Changes, "model");
    }

    /// <summary>Plain, or null where it is empty or names a place that stands nowhere in the data.</summary>
    private string? Sentence(string text, int longest) =>
        PlainAnswerText.Of(text, longest) is { Length: > 0 } plain && !Grounding.NamesAnotherPlace(plain, prompt.Data) ? plain : null;

    /// <summary>A log that says what to type is no adviser. What people recorded as a fix is not looked at: that is theirs to say.</summary>
    private bool StandsInData(string command)
    {
        var plain = Squeezed(command);
        if (plain.Length == 0)
        {
            return false;
        }

        var words = plain.Split(' ').Where(word => word is not ("kubectl" or "-n") && !word.Equals(input.Case.Namespace, StringComparison.OrdinalIgnoreCase)).ToList();
        return input.Case.Evidence.SelectMany(one => one.Text.Split('\n')).Select(Squeezed)
            .Any(line => line.Contains(plain, StringComparison.Ordinal) || (words.Count > 1 && words.TrueForAll(word => line.Contains(word, StringComparison.Ordinal))));
    }

    private static string Squeezed(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (!char.IsWhiteSpace(letter) && letter is not ('`' or '"' or '\''))
            {
                plain.Append(char.ToLowerInvariant(letter));
            }
            else if (plain.Length > 0 && plain[^1] != ' ')
            {
                plain.Append(' ');
            }
        }

        return plain.ToString().TrimEnd();
    }

    private bool Repeats(ModelAnswer answer)
    {
        string[] texts = [answer.RootCause, answer.Recommendation, .. answer.Steps.SelectMany(step => new[] { step.Text, step.Command }), .. answer.Prevention, .. answer.Citations];
        return Array.Exists(texts, text => text.Contains(prompt.Boundary, StringComparison.OrdinalIgnoreCase) || QuotesTemplate(text));
    }

    private static bool QuotesTemplate(string text)
    {
        var (said, template) = (Squeezed(text), Squeezed(PromptTemplates.System));
        for (var at = 0; at + QuotedTemplate <= template.Length; at += QuotedTemplate / 3)
        {
            if (said.Contains(template.AsSpan(at, QuotedTemplate).ToString(), StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    // "[E3]" and "e3" are E3.
    private static string IdOf(string citation) => citation.Trim().TrimStart('[').TrimEnd(']').ToUpperInvariant();

    private static string KindOf(string id) => id[0] switch { 'E' => "evidence", 'I' => "incident", _ => "fix" };
}
