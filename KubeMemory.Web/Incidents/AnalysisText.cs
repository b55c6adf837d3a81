using System.Globalization;
using System.Text.RegularExpressions;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;

namespace KubeMemory.Web.Incidents;

/// <summary>What an analysis says, in the words that people read.</summary>
internal static partial class AnalysisText
{
    public static string Word(this Verdict verdict) => verdict switch
    {
        Verdict.Confirmed => "Confirmed",
        Verdict.Likely => "Likely",
        _ => "Cannot tell",
    };

    /// <summary>Who says a step; empty where that is not known.</summary>
    public static string Origin(AnalysisStep step, string? model) => step.Origin switch
    {
        "rules" => "from the rules",
        "model" => model is null ? "from the model" : $"from {model}",
        "fix" => "what people did",
        _ => "",
    };

    public static string Percent(double share) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Round(Math.Clamp(double.IsFinite(share) ? share : 0, 0, 1) * 100):0} %");

    public static string Duration(double milliseconds) => milliseconds switch
    {
        < 1 => "under 1 ms",
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.0} s"),
    };

    /// <summary>Null where it leads anywhere but to the documentation of Kubernetes.</summary>
    public static Uri? Documentation(Uri? page) =>
        page is { IsAbsoluteUri: true, Scheme: "https", Host: "kubernetes.io", IsDefaultPort: true, UserInfo: "" } ? page : null;

    /// <summary>How likely the same cause is, at a share of the labelled pairs.</summary>
    public static string Score(double score) => score switch
    {
        >= 0.9 => "Almost surely the same cause",
        >= 0.7 => "Probably the same cause",
        >= 0.4 => "Perhaps the same cause",
        _ => "Hardly the same cause",
    };

    public static string Match(string match) => match switch
    {
        "key" => "The same problem before",
        "signature" => "The same failure elsewhere",
        _ => "Looks like it",
    };

    /// <summary>"worked 3 of 4 times on this signature, 1 of 1 here".</summary>
    public static string Rate(SuccessRate onSignature, SuccessRate onWorkload)
    {
        var here = onWorkload.Tried == 0 ? "not tried here yet" : string.Create(CultureInfo.InvariantCulture, $"{onWorkload.Worked} of {onWorkload.Tried} here");
        var times = onSignature.Tried == 1 ? "time" : "times";
        return onSignature.Tried == 0
            ? onWorkload.Tried == 0 ? "not tried on this signature yet" : $"worked {here}"
            : string.Create(CultureInfo.InvariantCulture, $"worked {onSignature.Worked} of {onSignature.Tried} {times} on this signature, {here}");
    }

    public static string Count(long count, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many)}");

    /// <summary>The text, cut at <c>[E3]</c> and <c>[E3, E5]</c>; parts with an id are those.</summary>
    public static IEnumerable<(string Text, string? Evidence)> Cut(string text)
    {
        var start = 0;
        foreach (Match hit in Citation().Matches(text))
        {
            if (hit.Index > start)
            {
                yield return (text[start..hit.Index], null);
            }

            foreach (Capture id in hit.Groups[1].Captures)
            {
                yield return ($"[{id.Value}]", id.Value);
            }

            start = hit.Index + hit.Length;
        }

        if (start < text.Length)
        {
            yield return (text[start..], null);
        }
    }

    [GeneratedRegex(@"\[(?:(E\d{1,6})(?:\s*,\s*)?)+\]", RegexOptions.CultureInvariant)]
    private static partial Regex Citation();
}
