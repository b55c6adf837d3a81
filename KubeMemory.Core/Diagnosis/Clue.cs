using System.Text.RegularExpressions;

namespace KubeMemory.Core.Diagnosis;

/// <summary>A pattern and where it is looked for. Thread-safe.</summary>
/// <remarks>
/// Built when it is first asked for: a catalogue holds hundreds. Not with <see cref="RegexOptions.NonBacktracking"/>: its automata grow with
/// whatever they read, to a gigabyte for the catalogue after some hundred cases. What it reads is hostile, so it has a time limit instead, and a case
/// has one for all of it. Matched against one text of an event, state, spec, node or rollout as a whole, and against a log line by line; a
/// pattern for logs that holds <c>\n</c> reads as many lines at once as it needs.
/// </remarks>
public sealed class Clue
{
    private const RegexOptions Options = RegexOptions.CultureInvariant;

    /// <summary>Of one match; a line is at most 4 KiB, and an honest one takes microseconds.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);

    private readonly Lazy<Regex> _pattern;

    private Clue(ClueSource source, string pattern)
    {
        Source = source;
        Text = pattern;
        Lines = pattern.Split("\\n").Length;
        _pattern = new Lazy<Regex>(() => new Regex(pattern, Options, Limit));
    }

    public ClueSource Source { get; }

    public Regex Pattern => _pattern.Value;

    /// <summary>Of the pattern, as it was written.</summary>
    public string Text { get; }

    /// <summary>How many lines of a log it reads at once.</summary>
    public int Lines { get; }

    /// <param name="pattern">A regular expression without look-around and back references; case counts unless it says <c>(?i)</c>.</param>
    public static Clue Event(string pattern) => new(ClueSource.Event, pattern);

    public static Clue State(string pattern) => new(ClueSource.State, pattern);

    public static Clue Spec(string pattern) => new(ClueSource.Spec, pattern);

    public static Clue Node(string pattern) => new(ClueSource.Node, pattern);

    public static Clue Rollout(string pattern) => new(ClueSource.Rollout, pattern);

    public static Clue Log(string pattern) => new(ClueSource.Log, pattern);

    public static Clue Of(ClueSource source, string pattern) => new(source, pattern);
}
