using System.Text.RegularExpressions;

namespace KubeMemory.Core.Diagnosis.Logs;

/// <summary>What a line says about the end of the process, the weakest first.</summary>
internal enum Standing
{
    /// <summary>Nothing: it was overcome, or the process ended later and for another stated reason.</summary>
    None,

    /// <summary>Probably: it is near the end, and nothing says that it is the reason.</summary>
    Near,

    /// <summary>It is why the last words were said: those only say that it did not work.</summary>
    Behind,

    /// <summary>It is among the last words.</summary>
    Last,
}

/// <summary>
/// One log, read for why its process ended. Its lines are put together into statements (a message with its stack trace); the last one
/// that tells of a failure is the end. A line counts only if it is the end, or if the end is its consequence.
/// </summary>
internal sealed class LogReading
{
    /// <summary>So many lines of ordinary life after a failure, and it was not the end.</summary>
    private const int LifeGoesOn = 4;

    private readonly List<LogStatement> _statements;
    private readonly int[] _statementOf;
    private readonly int _end;
    private readonly int _after;

    /// <param name="isLastWords">A container's termination message: nothing comes after it.</param>
    public LogReading(CaseEvidence evidence, string text, bool isLastWords)
    {
        Evidence = evidence;
        IsLastWords = isLastWords;
        Lines = LogLines.Of(text);
        _statements = LogStatements.Of(Lines);
        _statementOf = new int[Lines.Count];
        for (var i = 0; i < _statements.Count; i++)
        {
            Array.Fill(_statementOf, i, _statements[i].First, _statements[i].Last - _statements[i].First + 1);
        }

        (_end, _after) = FindEnd();
    }

    public CaseEvidence Evidence { get; }

    public bool IsLastWords { get; }

    public List<LogLine> Lines { get; }

    /// <summary>It says in words of its own why the process ended.</summary>
    public bool HasEnd => _end >= 0;

    /// <param name="line">Number of the line that matched.</param>
    /// <param name="thing">What it names; null where it names nothing.</param>
    public Standing Of(int line, string? thing)
    {
        var at = _statementOf[line];
        if (EndsNothing(at, Lines[line]))
        {
            return Standing.None;
        }

        if (at > _end)
        {
            return IsOvercome(at, line, thing) ? Standing.None : AfterEnd(at);
        }

        if (at == _end)
        {
            return IsOvercome(at, line, thing) || IsUpAgain(at) ? Standing.None : _after <= 1 ? Standing.Last : Standing.Near;
        }

        return IsOvercome(at, line, thing) ? Standing.None : Behind(at, line, thing);
    }

    /// <summary>Its statement has a level of its own, an error of a class of its own, or a program's name before it: it is no mere talk.</summary>
    public bool StatesFailure(int line) => _statements[_statementOf[line]] is var statement
        && (statement.SaysLevel || LineWords.Typed.IsMatch(statement.Text) || LineWords.ProgramName.IsMatch(statement.Text));

    /// <summary>The whole statement that the line belongs to, frames of its stack trace included; bounded.</summary>
    public string StatementAt(int line)
    {
        var statement = _statements[_statementOf[line]];
        return LinesAt(statement.First, statement.Last + 1);
    }

    /// <summary>The five lines before.</summary>
    public string Before(int line) => LinesAt(Math.Max(0, line - 5), line);

    // A test's name; what was said in passing; what was done without.
    private bool EndsNothing(int at, LogLine line) =>
        LineWords.TestName.IsMatch(line.Text) || (LineWords.Spoken.IsMatch(line.Text) && line.Level < LineLevel.Fatal && !LineWords.Typed.IsMatch(line.Text))
        || (at != _end && (LineWords.Debug.IsMatch(line.Raw) || LineWords.WentOn.IsMatch(line.Text) || (LineWords.TriesAnother.IsMatch(line.Text) && Neutrals(at, Math.Max(_end, at)) > 0)));

    private (int End, int After) FindEnd()
    {
        var after = 0;
        for (var i = _statements.Count - 1; i >= 0 && after <= LifeGoesOn; i--)
        {
            var statement = _statements[i];
            if (statement.Level >= LineLevel.Error && !LineWords.Ending.IsMatch(statement.Text))
            {
                return (i, after);
            }

            after += statement.Level == LineLevel.Neutral && !IsTidying(statement) ? 1 : 0;
        }

        return (-1, 0);
    }

    private static bool IsTidying(LogStatement statement) => LineWords.Ending.IsMatch(statement.Text) || LineWords.Tidying.IsMatch(statement.Text);

    // No words tell of a failure here, but a clue does: the very last line of a log without levels, or what was tried again and again until
    // nothing more was written.
    private Standing AfterEnd(int at)
    {
        var statement = _statements[at];
        var after = Neutrals(at, _statements.Count);
        return statement.SaysLevel && statement.Level == LineLevel.Neutral ? Standing.None
            : !statement.SaysLevel && after == 0 ? Standing.Last
            : after <= (IsLastWords ? LifeGoesOn : 1) ? Standing.Near
            : Standing.None;
    }

    // The end stands after it. Does it follow from it, or has it a reason of its own?
    private Standing Behind(int at, int line, string? thing)
    {
        var end = _statements[_end];
        var between = Neutrals(at, _end);
        if (thing is { Length: > 2 } && end.Text.Contains(HostOf(thing), StringComparison.OrdinalIgnoreCase))
        {
            return Standing.Behind;
        }

        if (LineWords.OwnFault.IsMatch(end.Text) || HasNearerReason(at, line))
        {
            return Standing.None;
        }

        var shares = DependencyKinds.Share(Lines[line].Text, end.Text);
        var vague = LineWords.Vague.Match(end.Text);
        if (vague.Success && (shares || (between <= LifeGoesOn && !HasOwnReason(end.Text, vague))))
        {
            return _after <= LifeGoesOn / 2 ? Standing.Behind : Standing.Near;
        }

        if (shares && between <= LifeGoesOn)
        {
            return Standing.Near;
        }

        return _statements[at].Level >= LineLevel.Error && between == 0 && _end - at <= 2 && !LineWords.Typed.IsMatch(end.Text) && !vague.Success
            ? Standing.Near
            : Standing.None;
    }

    // Between it and last words that explain nothing stands an error that does, and of something else.
    private bool HasNearerReason(int at, int line)
    {
        for (var i = at + 1; i < _end; i++)
        {
            var nearer = _statements[i];
            if (nearer.Level >= LineLevel.Error && nearer.SaysLevel && !LineWords.Vague.IsMatch(nearer.Text) && !LineWords.Ending.IsMatch(nearer.Text)
                && !DependencyKinds.Share(Lines[line].Text, nearer.Text))
            {
                return true;
            }
        }

        return false;
    }

    // "Startup failed: price list line 3 has no currency" explains itself; "Startup failed: dependencies not ready" and "giving up" do not.
    private static bool HasOwnReason(string text, Match vague)
    {
        var rest = vague.Groups["rest"].Value;
        var colon = rest.IndexOf(": ", StringComparison.Ordinal);
        return colon >= 0 && rest.AsSpan(colon).Count(' ') >= 3 && !LineWords.Vague.IsMatch(rest[colon..]);
    }

    private bool IsOvercome(int at, int line, string? thing)
    {
        var text = Lines[line].Text;
        var host = thing is { Length: > 2 } ? HostOf(thing) : null;
        for (var i = at + 1; i < _statements.Count; i++)
        {
            var later = _statements[i];
            if (later.Level == LineLevel.Neutral && !LineWords.Tidying.IsMatch(later.Text) && LineWords.Success.IsMatch(later.Text)
                && ((host is not null && later.Text.Contains(host, StringComparison.OrdinalIgnoreCase)) || DependencyKinds.Share(text, later.Text) || NamesNothing(text, later.Text)))
            {
                return true;
            }
        }

        return false;
    }

    // "connected" alone, of whatever was not connected before.
    private static bool NamesNothing(string text, string later) =>
        !LineWords.Dependency.IsMatch(text) && !LineWords.Dependency.IsMatch(later) && later.Contains("onnect", StringComparison.Ordinal);

    private bool IsUpAgain(int at)
    {
        for (var i = at + 1; i < _statements.Count; i++)
        {
            if (_statements[i].Level == LineLevel.Neutral && LineWords.Up.IsMatch(_statements[i].Text))
            {
                return true;
            }
        }

        return false;
    }

    private int Neutrals(int from, int to)
    {
        var count = 0;
        for (var i = from + 1; i < to; i++)
        {
            count += _statements[i].Level == LineLevel.Neutral && !IsTidying(_statements[i]) ? 1 : 0;
        }

        return count;
    }

    private string LinesAt(int from, int to)
    {
        var text = string.Join('\n', Lines.Skip(from).Take(to - from).Select(line => line.Text));
        return text.Length <= LogStatements.LongestText ? text : string.Concat(text.AsSpan(0, LogStatements.LongestText / 2), text.AsSpan(text.Length - (LogStatements.LongestText / 2)));
    }

    // db.shop:5432 → db.shop
    private static string HostOf(string thing) => thing.LastIndexOf(':') is > 2 and var colon && thing.IndexOf(':', StringComparison.Ordinal) == colon ? thing[..colon] : thing;
}
