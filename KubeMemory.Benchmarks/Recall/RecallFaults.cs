using System.Globalization;
using System.Text.RegularExpressions;

namespace KubeMemory.Benchmarks.Recall;

/// <summary>One thing that can be wrong, told in several ways.</summary>
/// <param name="ExitCode">Of the container, which then also backs off; null where the event says it all.</param>
/// <param name="ExitReason">As the runtime gives it.</param>
/// <param name="Tuning">Wordings that likeness may be tuned on.</param>
/// <param name="HeldOut">Wordings that it may not.</param>
internal sealed record RecallFault(string Id, string Group, int? ExitCode, string? ExitReason, IReadOnlyList<FaultWording> Tuning, IReadOnlyList<FaultWording> HeldOut)
{
    public IReadOnlyList<FaultWording> Of(RecallHalf half) => half == RecallHalf.Tuning ? Tuning : HeldOut;
}

internal enum RecallHalf
{
    Tuning,
    HeldOut,
}

/// <param name="Reason">Of the event; null where the container's end is all there is.</param>
/// <param name="Log">Empty where it says nothing.</param>
internal sealed record FaultWording(string? Reason, string Message, string Log);

/// <summary>The faults, as they stand in <c>faults.txt</c>.</summary>
internal static partial class RecallFaults
{
    /// <exception cref="FormatException">Names the line.</exception>
    public static IReadOnlyList<RecallFault> Read(string text)
    {
        var faults = new List<RecallFault>();
        var (group, code, reason) = ("", (int?)null, (string?)null);
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (Header().Match(line) is { Success: true } header)
            {
                (group, code, reason) = (header.Groups[1].Value, null, null);
                if (header.Groups[2].Success)
                {
                    (code, reason) = (int.Parse(header.Groups[2].Value, CultureInfo.InvariantCulture), header.Groups[3].Value);
                }
            }
            else if (line.StartsWith("= ", StringComparison.Ordinal))
            {
                string[] told = [.. lines.Skip(i + 1).TakeWhile(next => next.StartsWith("T ", StringComparison.Ordinal) || next.StartsWith("H ", StringComparison.Ordinal))];
                var fault = new RecallFault(line[2..], group, code, reason, Wordings(told, 'T'), Wordings(told, 'H'));
                faults.Add(fault.Tuning.Count > 0 && fault.HeldOut.Count > 0 ? fault : throw new FormatException($"faults.txt, line {i + 1}: {fault.Id} needs wordings of both halves."));
            }
        }

        return faults;
    }

    private static FaultWording[] Wordings(string[] lines, char half) => [.. lines.Where(line => line[0] == half).Select(line => Wording(line[2..]))];

    private static FaultWording Wording(string text)
    {
        var parts = text.Replace("\\n", "\n", StringComparison.Ordinal).Split(" ## ");
        return EventPart().Match(parts[0]) is { Success: true } said
            ? new FaultWording(said.Groups[1].Value, said.Groups[2].Value, parts.Length > 1 ? parts[1] : "")
            : new FaultWording(null, "", parts[0]);
    }

    [GeneratedRegex(@"^# (\w+)(?: (\d+) (\w+))?$")]
    private static partial Regex Header();

    [GeneratedRegex(@"^([A-Z][A-Za-z]+)> (.*)$", RegexOptions.Singleline)]
    private static partial Regex EventPart();
}
