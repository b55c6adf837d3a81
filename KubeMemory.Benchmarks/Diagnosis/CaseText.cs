using System.Buffers;

namespace KubeMemory.Benchmarks.Diagnosis;

/// <summary>A case as it stands in its file: what it says of itself, and its sections in order. See Cases/README.md.</summary>
/// <param name="Line">Where it begins, from 1.</param>
internal sealed record CaseText(string Id, int Line, IReadOnlyDictionary<string, string> Headers, IReadOnlyList<CaseSection> Sections)
{
    private const string CaseMark = "== ";
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly string[] Marks = ["@event", "@said", "@state", "@spec", "@node", "@room", "@rollout", "@log", "@missing"];

    /// <summary>What stands before the first case goes for all cases of the file that do not say otherwise.</summary>
    /// <exception cref="FormatException">Names the line and what is wrong with it.</exception>
    public static IReadOnlyList<CaseText> Read(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        int[] starts = [.. Enumerable.Range(0, lines.Length).Where(i => IsCase(lines[i])), lines.Length];
        var common = HeadersOf(lines, 0, starts[0], []);
        return [.. starts.Zip(starts.Skip(1), (start, end) => Read(lines, start, end, common))];
    }

    private static CaseText Read(string[] lines, int start, int end, Dictionary<string, string> common)
    {
        int[] marks = [.. Enumerable.Range(start, end - start).Where(i => IsMark(lines[i])), end];
        return new CaseText(
            lines[start][CaseMark.Length..].Trim(),
            start + 1,
            HeadersOf(lines, start + 1, marks[0], common),
            [.. marks.Zip(marks.Skip(1), (from, to) => new CaseSection(Words(lines[from]), string.Join('\n', lines[(from + 1)..to]).Trim('\n')))]);
    }

    private static Dictionary<string, string> HeadersOf(string[] lines, int start, int end, Dictionary<string, string> common)
    {
        var headers = new Dictionary<string, string>(common, StringComparer.Ordinal);
        for (var i = start; i < end; i++)
        {
            var said = lines[i].Trim();
            if (said.Length == 0 || said[0] == '#')
            {
                continue;
            }

            var colon = said.IndexOf(": ", StringComparison.Ordinal);
            headers[colon > 0 ? said[..colon] : throw new FormatException($"Line {i + 1} is no '== id', no 'name: value' and no section: {said}")] = said[(colon + 2)..].Trim();
        }

        return headers;
    }

    // Logs have lines that begin so, too: "== 20260301120000 AddChip: migrating ====".
    private static bool IsCase(string line) =>
        line.StartsWith(CaseMark, StringComparison.Ordinal) && line.Length > CaseMark.Length && !line.AsSpan(CaseMark.Length).ContainsAnyExcept(IdCharacters);

    private static bool IsMark(string line) => Array.Exists(Marks, mark => line == mark || line.StartsWith(mark + " ", StringComparison.Ordinal));

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <param name="Head">The mark and what stands behind it: <c>@event</c>, <c>Failed</c>.</param>
internal sealed record CaseSection(IReadOnlyList<string> Head, string Text)
{
    public string Mark => Head[0];

    /// <summary>Null where nothing stands there.</summary>
    public string? Word(int at) => at < Head.Count ? Head[at] : null;
}
