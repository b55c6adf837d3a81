using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using KubeMemory.Core.Diagnosis.Logs;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis;

/// <summary>
/// A case as the clues read it, prepared once for all signatures: the evidence of the failed container, not of those beside it; its logs
/// taken apart, the instance that crashed first; what it said last.
/// </summary>
internal sealed partial class CaseReading
{
    // A text may be made so that it takes long to read: then it is not read to its end.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly List<(CaseEvidence Evidence, ClueSource Sources, string Text)> _texts = [];
    private readonly List<string> _lines = [];
    private readonly List<List<LogPlace>> _places = [];

    public CaseReading(DiagnosisCase incident)
    {
        Case = incident;
        var failed = FailedContainers(incident);
        var logs = new List<LogReading>();
        foreach (var evidence in incident.Evidence.Where(e => e.Container is not { Length: > 0 } container || failed.Count == 0 || failed.Contains(container)))
        {
            if (evidence.Kind == EvidenceKind.Log)
            {
                logs.Add(new LogReading(evidence, evidence.Text, isLastWords: false));
            }
            else if (evidence.Kind == EvidenceKind.ContainerState)
            {
                AddState(evidence, logs);
            }
            else
            {
                _texts.Add((evidence, SourceOf(evidence.Kind), evidence.Text));
            }
        }

        Logs = [.. logs.OrderBy(log => incident.PodName is { } pod && log.Evidence.PodName is { } its && its != pod).ThenBy(Order)];
        IndexLines();
    }

    public DiagnosisCase Case { get; }

    /// <summary>Last words, then the previous instance's log, then the current one's; those of the incident's own pod first.</summary>
    public IReadOnlyList<LogReading> Logs { get; }

    /// <summary>How the container last ended; null where that is not known.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Its texts take so long to read that the rest was left unread.</summary>
    public bool GaveUp { get; private set; }

    /// <summary>A line of it takes so long to read that some clues were not looked for in it.</summary>
    public bool IsHard { get; private set; }

    public bool Has(ClueSource source) => source.HasFlag(ClueSource.Log) && Logs.Count > 0 || _texts.Exists(text => (text.Sources & source) != 0);

    /// <summary>Every place where the clue is found; of a log every line, of any other text the first.</summary>
    /// <param name="withFrames">Frames of stack traces too: they say where, not why.</param>
    public IEnumerable<CluePlace> Find(Clue clue, bool withFrames)
    {
        foreach (var (evidence, sources, text) in _texts)
        {
            if ((sources & clue.Source) != 0 && Match(clue, text) is { } match)
            {
                yield return new CluePlace(evidence, match, match.Value, null, 0);
            }
        }

        if (!clue.Source.HasFlag(ClueSource.Log))
        {
            yield break;
        }

        foreach (var place in clue.Lines > 1 ? FindAcross(clue) : FindInLines(clue))
        {
            if (withFrames || !place.Log!.Lines[place.Line].IsFrame)
            {
                yield return place;
            }
        }
    }

    /// <summary>What is said in the log of an instance that crashed before stands above what this one says so far.</summary>
    public bool HasEarlierEnd(LogReading log) =>
        !log.IsLastWords && !log.Evidence.Previous
        && Logs.Any(other => (other.IsLastWords || other.Evidence.Previous) && other.HasEnd && other.Evidence.PodName == log.Evidence.PodName);

    /// <summary>Null where it does not match, or would take too long to tell.</summary>
    private Match? Match(Clue clue, string text)
    {
        GaveUp |= Stopwatch.GetElapsedTime(_began) > Patience;
        if (GaveUp)
        {
            return null;
        }

        try
        {
            return clue.Pattern.Match(text) is { Success: true } match ? match : null;
        }
        catch (RegexMatchTimeoutException)
        {
            IsHard = true;
            return null;
        }
    }

    private IEnumerable<CluePlace> FindInLines(Clue clue)
    {
        for (var i = 0; i < _lines.Count; i++)
        {
            if (Match(clue, _lines[i]) is { } match)
            {
                foreach (var (log, line) in _places[i])
                {
                    yield return new CluePlace(log.Evidence, match, log.Lines[line].Raw, log, line);
                }
            }
        }
    }

    private IEnumerable<CluePlace> FindAcross(Clue clue)
    {
        foreach (var log in Logs)
        {
            for (var i = 0; i < log.Lines.Count; i++)
            {
                var window = string.Join('\n', log.Lines.GetRange(i, Math.Min(clue.Lines, log.Lines.Count - i)).Select(line => line.Text));
                if (Match(clue, window) is { } match)
                {
                    yield return new CluePlace(log.Evidence, match, log.Lines[i].Raw, log, i);
                }
            }
        }
    }

    // A crash loop writes the same lines each time: each text is looked at once.
    private void IndexLines()
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var log in Logs)
        {
            for (var i = 0; i < log.Lines.Count; i++)
            {
                if (!seen.TryGetValue(log.Lines[i].Text, out var index))
                {
                    seen[log.Lines[i].Text] = index = _lines.Count;
                    _lines.Add(log.Lines[i].Text);
                    _places.Add([]);
                }

                _places[index].Add(new LogPlace(log, i));
            }
        }
    }

    // What a container said last stands in its state and is a log's end. Where it could not be started, the runtime says it.
    private void AddState(CaseEvidence evidence, List<LogReading> logs)
    {
        var text = evidence.Text;
        foreach (var when in (string[])["now", "before"])
        {
            var mark = $"{when}, its last words: ";
            var at = text.StartsWith(mark, StringComparison.Ordinal) ? 0 : text.IndexOf('\n' + mark, StringComparison.Ordinal) + 1;
            if (at == 0 && !text.StartsWith(mark, StringComparison.Ordinal))
            {
                continue;
            }

            var next = when == "now" ? text.IndexOf("\nbefore: ", at, StringComparison.Ordinal) : -1;
            var words = next < 0 ? text[(at + mark.Length)..] : text[(at + mark.Length)..next];
            if (!ByRuntime().IsMatch(text[..at]))
            {
                logs.Add(new LogReading(evidence, words, isLastWords: true));
                text = next < 0 ? text[..at] : text[..at] + text[(next + 1)..];
            }
        }

        _texts.Add((evidence, SourceOf(evidence.Kind), text));
        if (ExitCode is null && Ended().Match(text) is { Success: true } ended && int.TryParse(ended.Groups[1].Value, CultureInfo.InvariantCulture, out var code))
        {
            ExitCode = code;
        }
    }

    /// <summary>The incident's own; of a pod's failure those that ended with an error, if that is known.</summary>
    private static HashSet<string> FailedContainers(DiagnosisCase incident) => incident.Container.Length > 0
        ? [incident.Container]
        : [.. incident.Evidence.Where(e => e.Kind == EvidenceKind.ContainerState && e.Container is { Length: > 0 } && Failed().IsMatch(e.Text)).Select(e => e.Container!)];

    private static int Order(LogReading log) => log.IsLastWords ? 0 : log.Evidence.Previous ? 1 : 2;

    private static ClueSource SourceOf(EvidenceKind kind) => kind switch
    {
        EvidenceKind.Event => ClueSource.Event,
        EvidenceKind.ContainerState => ClueSource.State | ClueSource.Event,
        EvidenceKind.PodSpec => ClueSource.Spec,
        EvidenceKind.NodeCondition => ClueSource.Node,
        EvidenceKind.Rollout => ClueSource.Rollout,
        EvidenceKind.Log => ClueSource.Log,
        _ => 0,
    };

    [GeneratedRegex(@"ended with exit code (-?[0-9]{1,9})")]
    private static partial Regex Ended();

    [GeneratedRegex("ended with exit code [1-9]")]
    private static partial Regex Failed();

    [GeneratedRegex(@"reason (?:StartError|ContainerCannotRun|CreateContainerError|RunContainerError)[^\n]*\n\z")]
    private static partial Regex ByRuntime();

    private readonly record struct LogPlace(LogReading Log, int Line);
}

/// <summary>Where a clue was found.</summary>
/// <param name="Quote">The line, or the part of the text.</param>
/// <param name="Log">Null outside logs.</param>
internal sealed record CluePlace(CaseEvidence Evidence, Match Match, string Quote, LogReading? Log, int Line);
