using System.Text.RegularExpressions;
using KubeMemory.Core.Redaction;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Analysis.Prompting;

/// <summary>Text of strangers, made fit to stand in a prompt: redacted once more, nothing hidden, no marks that a model's own template obeys.</summary>
/// <param name="Withheld">How many lines spoke to the model and are not among them.</param>
internal sealed record QuotedText(IReadOnlyList<string> Lines, int Withheld)
{
    public const string Placeholder = "(a line that speaks to a language model is left out)";

    private const int LongestLine = 500;

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private static readonly Regex Encoded = new("[A-Za-z0-9+/=_-]{81,}", Options);

    // Tags with a name of HTML's or of some model's template; <none> and <pod-name> stay.
    private static readonly Regex Tags = new(
        @"</?(s|a|b|i|u|p|br|hr|div|span|img|script|style|iframe|svg|object|embed|form|input|button|link|meta|html|head|body|title|h[1-6]|center|table|tr|td|video|audio|source|base|details|marquee|math|template|bos|eos|pad|unk|start_of_turn|end_of_turn|think|thinking|tool_call|tool_response|function_call|system|user|assistant)([\s/][^<>]*)?>|<!--|-->",
        Options);

    private static readonly Regex Repetition = new(@"[^\sA-Za-z0-9]{24,}", Options);

    /// <summary>Sentences may be broken over so many lines.</summary>
    private const int Window = 3;

    /// <summary>As lines, equal ones in a row told once.</summary>
    public static QuotedText Of(string text)
    {
        var clean = StorableText.Of(Redactor.Default.Redact(text));
        var lines = clean.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0).ToList();
        var spoken = Spoken(lines);
        var kept = new List<string>();
        var repeated = 0;
        string? last = null;
        for (var at = 0; at < lines.Count; at++)
        {
            var line = spoken[at] ? Placeholder : Line(lines[at]);
            if (line == last)
            {
                repeated++;
                continue;
            }

            AddRepeated(kept, repeated);
            kept.Add(line);
            (last, repeated) = (line, 0);
        }

        AddRepeated(kept, repeated);
        return new(kept, spoken.Count(one => one));
    }

    /// <summary>On one line.</summary>
    public static QuotedText OneLine(string text)
    {
        var quoted = Of(text.ReplaceLineEndings(" "));
        return quoted.Lines.Count == 0 ? new([""], quoted.Withheld) : quoted;
    }

    private static bool[] Spoken(List<string> lines)
    {
        var spoken = lines.ConvertAll(SpokenToModel.Is).ToArray();
        for (var at = 0; at + 1 < lines.Count; at++)
        {
            var (start, end) = (at, Math.Min(at + Window, lines.Count));
            if (spoken.AsSpan(start, end - start).Contains(true) || !IsSpoken(lines, start, end))
            {
                continue;
            }

            // No more than it takes.
            end = end - start > 2 && IsSpoken(lines, start, end - 1) ? end - 1 : end;
            start = end - start > 2 && IsSpoken(lines, start + 1, end) ? start + 1 : start;
            spoken.AsSpan(start, end - start).Fill(true);
        }

        return spoken;
    }

    private static bool IsSpoken(List<string> lines, int start, int end)
    {
        var part = lines.GetRange(start, end - start);
        return part.TrueForAll(line => line.Length < LongestLine) && SpokenToModel.Is(string.Join(' ', part.Select(line => line.Trim())));
    }

    private static void AddRepeated(List<string> lines, int times)
    {
        if (times > 0)
        {
            lines.Add($"(the line above {times} more times)");
        }
    }

    private static string Line(string line)
    {
        var plain = Encoded.Replace(line, run => $"({run.Length} encoded characters)");
        plain = Tags.Replace(plain, "");
        // What opens a turn or a block for some model is a token of its own there, wherever it stands: with a blank in it, it is none.
        plain = plain.Replace("<|", "< |", StringComparison.Ordinal).Replace("|>", "| >", StringComparison.Ordinal)
            .Replace("<｜", "< ｜", StringComparison.Ordinal).Replace("｜>", "｜ >", StringComparison.Ordinal)
            .Replace("<<", "< <", StringComparison.Ordinal).Replace(">>", "> >", StringComparison.Ordinal)
            .Replace("[[", "[ [", StringComparison.Ordinal).Replace("```", "'''", StringComparison.Ordinal)
            .Replace("[INST]", "[ INST ]", StringComparison.OrdinalIgnoreCase).Replace("[/INST]", "[ /INST ]", StringComparison.OrdinalIgnoreCase);
        return Texts.Cut(Repetition.Replace(plain, run => Squeeze(run.Value)), LongestLine);
    }

    private static string Squeeze(string run) => $"{run[..8]}…";
}
