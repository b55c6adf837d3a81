namespace KubeMemory.Core.Diagnosis.Logs;

/// <summary>Puts lines together that belong together.</summary>
internal static class LogStatements
{
    public const int LongestText = 8 * 1024;

    // Python's last line of a trace, Rust's and Go's message stand where no indentation shows that they belong to what comes before.
    private enum Open
    {
        Nothing,
        PythonTrace,
        NextLine,
    }

    public static List<LogStatement> Of(List<LogLine> lines)
    {
        var statements = new List<LogStatement>();
        var first = 0;
        var open = Open.Nothing;
        for (var i = 0; i < lines.Count; i++)
        {
            if (i > first && !Continues(lines[i], lines[i - 1], open))
            {
                statements.Add(Joined(lines, first, i - 1));
                first = i;
            }

            open = After(lines[i], open);
        }

        if (lines.Count > first)
        {
            statements.Add(Joined(lines, first, lines.Count - 1));
        }

        return statements;
    }

    private static bool Continues(LogLine line, LogLine before, Open open) =>
        line.IsPart
        || open != Open.Nothing
        || line.IsFrame
        || LineWords.Continuation.IsMatch(line.Text)
        || LineWords.Section.IsMatch(before.Text)
        || (IsTrace(line) && before.Level >= LineLevel.Error)
        || (line.Level >= LineLevel.Error && !line.SaysLevel && LineWords.NodeHead.IsMatch(before.Text));

    private static Open After(LogLine line, Open open)
    {
        if (IsTrace(line))
        {
            return Open.PythonTrace;
        }

        if (open == Open.PythonTrace)
        {
            return line.IsFrame || char.IsWhiteSpace(line.Text[0]) ? open : Open.Nothing;
        }

        return line.Text.EndsWith(':') && line.Text.Contains("panicked at", StringComparison.Ordinal) ? Open.NextLine : Open.Nothing;
    }

    private static bool IsTrace(LogLine line) => line.Text.StartsWith("Traceback (most recent call last)", StringComparison.Ordinal);

    private static LogStatement Joined(List<LogLine> lines, int first, int last)
    {
        var part = lines.GetRange(first, last - first + 1);
        var text = string.Join('\n', part.Where((line, i) => i == 0 || !line.IsFrame).Select(line => line.Text));
        var head = part[0];
        var worst = part.Max(line => line.IsFrame ? LineLevel.Neutral : line.Level);

        // Who logs a stack trace as information or a warning goes on; who says no level means the worst line of it.
        var level = head.SaysLevel && head.Level <= LineLevel.Warning ? (LineLevel)Math.Max((int)head.Level, worst > LineLevel.Neutral ? (int)LineLevel.Warning : 0) : worst;
        return new LogStatement(first, last, text.Length > LongestText ? text[..(LongestText / 2)] + text[^(LongestText / 2)..] : text, level, head.SaysLevel);
    }
}
