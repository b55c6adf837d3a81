using System.Text;
using System.Text.RegularExpressions;

namespace KubeMemory.Core.Analysis;

/// <summary>
/// A line without what differs from one time to the next: in lower case, every word with a digit in it (numbers, hashes, times, addresses,
/// durations) is <c>#</c>, names of pods are <c>&lt;pod&gt;</c>. Numbers that tell stay: those of exit codes, signals and statuses.
/// </summary>
internal static partial class Skeleton
{
    /// <summary>In characters of the line.</summary>
    private const int Longest = 400;

    private static readonly HashSet<string> Telling = new(StringComparer.Ordinal) { "code", "status", "exit", "errno", "signal", "http" };

    public static string Of(string line)
    {
        var text = Pod().Replace(line.Length > Longest ? line[..Longest] : line, "<pod>");
        var result = new StringBuilder(text.Length);
        var word = "";
        for (var at = 0; at < text.Length;)
        {
            if (!char.IsLetterOrDigit(text[at]))
            {
                Append(result, text[at++]);
                continue;
            }

            var start = at;
            while (at < text.Length && char.IsLetterOrDigit(text[at]))
            {
                at++;
            }

            var token = text[start..at].ToLowerInvariant();
            if (!token.AsSpan().ContainsAnyInRange('0', '9'))
            {
                word = token;
                result.Append(token);
            }
            else
            {
                Append(result, token.Length <= 3 && Telling.Contains(word) ? token : "#");
            }
        }

        return result.ToString().Trim();
    }

    private static void Append(StringBuilder result, char mark)
    {
        var blank = char.IsWhiteSpace(mark);
        if (!blank || (result.Length > 0 && result[^1] != ' '))
        {
            result.Append(blank ? ' ' : mark);
        }
    }

    /// <summary><c>2026-03-04 05:06:07.123</c> and <c>10.0.0.1:53</c> are one <c>#</c>, however many parts they have.</summary>
    private static void Append(StringBuilder result, string token)
    {
        if (token == "#" && result.Length > 1 && result[^2] == '#' && result[^1] is '.' or ':' or '-' or '/' or ',' or '+' or ' ')
        {
            result.Length--;
            return;
        }

        result.Append(token);
    }

    // web-75fb46b7bd-xtkrh
    [GeneratedRegex("[a-z0-9][a-z0-9-]*-[bcdfghjklmnpqrstvwxz2456789]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}", RegexOptions.NonBacktracking)]
    private static partial Regex Pod();
}
