using System.Text.RegularExpressions;

namespace KubeMemory.Core.Diagnosis.Logs;

/// <summary>Takes a log apart into lines: colours, runtimes' prefixes and structured logs taken off. What it reads is hostile.</summary>
internal static partial class LogLines
{
    /// <summary>Of a longer log, its end.</summary>
    private const int MostLines = 2000;

    /// <summary>Of a longer line, its beginning and its end: the reason often stands last.</summary>
    private const int LongestLine = 4096;

    private const int LongestEnd = 1024;
    private const int LongestPrefix = 160;
    private const int MostParts = 200;

    public static List<LogLine> Of(string text)
    {
        var lines = new List<LogLine>();
        var raw = text.Split('\n');
        foreach (var line in raw.AsSpan(Math.Max(0, raw.Length - MostLines)))
        {
            Add(lines, line);
        }

        return lines;
    }

    private static void Add(List<LogLine> lines, string raw)
    {
        var text = Bounded(Colours().Replace(raw.TrimEnd('\r', ' ', '\t'), ""));
        text = Unwrapped(text);
        var structured = StructuredLog.Read(text);
        var said = structured?.Level;
        var parts = (structured?.Text ?? text).Split('\n', MostParts + 1);
        var isPart = false;
        foreach (var part in parts.AsSpan(0, Math.Min(parts.Length, MostParts)))
        {
            if (string.IsNullOrWhiteSpace(part))
            {
                continue;
            }

            var (level, says) = said is { } known ? (known, true) : LevelOf(part);
            lines.Add(new LogLine(raw, part, Weighed(level, says, part), says, IsFrame(part, lines), isPart));
            isPart = true;
        }
    }

    // Under «  File "/app/main.py", line 12, in <module>» stands the code of that line, which may speak of any error.
    private static bool IsFrame(string text, List<LogLine> before) =>
        LineWords.Frame.IsMatch(text) || (text.StartsWith("    ", StringComparison.Ordinal) && before is [.., { Text: var last }] && last.StartsWith("  File \"", StringComparison.Ordinal));

    // {"log":"ERROR no such host\n","stream":"stderr","time":"…"} | 2026-01-02T03:04:05.678901234Z stderr F ERROR no such host
    private static string Unwrapped(string text)
    {
        if (text.StartsWith("{\"log\":", StringComparison.Ordinal) && StructuredLog.DockerLog(text) is { } inner)
        {
            text = inner.TrimEnd('\n', '\r');
        }

        return RuntimePrefix().Match(text) is { Success: true } prefix ? text[prefix.Length..] : text;
    }

    private static string Bounded(string text) =>
        text.Length <= LongestLine ? text : string.Concat(text.AsSpan(0, LongestLine - LongestEnd), " … ", text.AsSpan(text.Length - LongestEnd));

    private static (LineLevel Level, bool Says) LevelOf(string text)
    {
        var match = LineWords.Level.Match(text[..Math.Min(text.Length, LongestPrefix)]);
        return !match.Success ? (LineLevel.Neutral, false)
            : match.Groups["fatal"].Success ? (LineLevel.Fatal, true)
            : match.Groups["error"].Success ? (LineLevel.Error, true)
            : match.Groups["warning"].Success ? (LineLevel.Warning, true)
            : (LineLevel.Neutral, true);
    }

    // "ERROR … retrying in 2s" is not the end of anything; what says no level and tells of a failure is one.
    private static LineLevel Weighed(LineLevel level, bool says, string text) => level switch
    {
        LineLevel.Error when IsTriedAgain(text) => LineLevel.Warning,
        LineLevel.Neutral when LineWords.Failure.IsMatch(text) => says || IsTriedAgain(text) ? LineLevel.Warning : LineLevel.Error,
        _ => level,
    };

    private static bool IsTriedAgain(string text) => LineWords.Retry.IsMatch(text) && !LineWords.GaveUp.IsMatch(text);

    // The escape character may have been stripped as invisible, and "[31m" be left.
    [GeneratedRegex(@"\x1B?\[[0-9]{1,3}(?:;[0-9]{1,3}){0,4}m|\x1B\[[0-9;?]{0,12}[A-Za-z]")]
    private static partial Regex Colours();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}(?:Z|[+-][0-9]{2}:?[0-9]{2}) (?:(?:stdout|stderr) [FP] )?")]
    private static partial Regex RuntimePrefix();
}
