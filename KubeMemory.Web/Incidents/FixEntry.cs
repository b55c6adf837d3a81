using System.Globalization;
using KubeMemory.Core.Contracts;

namespace KubeMemory.Web.Incidents;

public enum FixOutcome
{
    Unknown,
    Worked,
    DidNotWork,
}

/// <summary>What somebody types about an incident, as the form has it.</summary>
public sealed class FixEntry
{
    /// <summary>Characters; what the API takes.</summary>
    public const int LongestText = 4000;

    /// <summary>Characters; what the API takes.</summary>
    public const int LongestCorrection = 2000;

    /// <summary>What was done.</summary>
    public string Text { get; set; } = "";

    public FixOutcome Outcome { get; set; }

    /// <summary>The analysis was wrong.</summary>
    public bool IsCorrection { get; set; }

    /// <summary>What it really was.</summary>
    public string Correction { get; set; } = "";

    /// <summary>Whether somebody has said already how it went: that can be changed, and not be taken back.</summary>
    public bool IsOutcomeKnown { get; private init; }

    public static FixEntry Of(FixDto fix) => new()
    {
        Text = fix.Text,
        Outcome = fix.Worked switch { true => FixOutcome.Worked, false => FixOutcome.DidNotWork, null => FixOutcome.Unknown },
        IsOutcomeKnown = fix.Worked is not null,
        IsCorrection = !string.IsNullOrEmpty(fix.Correction),
        Correction = fix.Correction ?? "",
    };

    /// <summary>The same again: it helped here, too, or it did not.</summary>
    public static FixEntry Again(FixDto fix, bool worked) => new() { Text = fix.Text, Outcome = worked ? FixOutcome.Worked : FixOutcome.DidNotWork };

    /// <summary>What is wrong with it, in one sentence; null where nothing is.</summary>
    public string? Error()
    {
        var (text, correction) = (Text.Trim(), Correction.Trim());
        return IsCorrection && correction.Length == 0 ? "Say what it really was, or take back that the analysis was wrong."
            : text.Length == 0 && !IsCorrection ? "Say what was done, or that the analysis was wrong."
            : text.Length == 0 && Outcome != FixOutcome.Unknown ? "Say what was done; so far there is only whether it worked."
            : TooLong("What was done", text, LongestText) ?? (IsCorrection ? TooLong("What it really was", correction, LongestCorrection) : null);
    }

    public FixCreate ToCreate() => new(Text.Trim() is { Length: > 0 } text ? text : null, Worked, IsCorrection ? Correction.Trim() : null);

    /// <summary>What differs from the fix as it is; null where nothing does. A correction that is taken back is sent empty.</summary>
    public FixPatch? ToPatch(FixDto fix)
    {
        var (text, correction) = (Text.Trim(), IsCorrection ? Correction.Trim() : "");
        var patch = new FixPatch(
            text == fix.Text ? null : text,
            Worked == fix.Worked ? null : Worked,
            correction == (fix.Correction ?? "") ? null : correction);
        return patch == new FixPatch(null, null, null) ? null : patch;
    }

    private bool? Worked => Outcome switch { FixOutcome.Worked => true, FixOutcome.DidNotWork => false, _ => null };

    private static string? TooLong(string what, string text, int most) => text.Length <= most ? null
        : string.Create(CultureInfo.InvariantCulture, $"{what} may have {most:N0} characters; it has {text.Length:N0}.");
}
