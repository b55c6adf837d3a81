using System.Diagnostics;
using System.Text.RegularExpressions;
using KubeMemory.Core.Diagnosis;

namespace KubeMemory.Benchmarks.Diagnosis;

/// <summary>What no diagnosis can beat: every text of the cases read once, by one pattern of the same engine that never matches.</summary>
internal static class TextFloor
{
    // It begins almost anywhere, so that no search for a rare character does the reading for it.
    private static readonly Regex Nowhere = new("[a-z0-9] ?[a-z] ?[a-z]+\\.?\u0002", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>For one case, on average.</summary>
    public static TimeSpan Run(IReadOnlyList<DiagnosisCase> cases, int rounds) => Timed(cases, rounds, static one =>
    {
        foreach (var evidence in one.Evidence)
        {
            _ = Nowhere.IsMatch(evidence.Text);
        }
    });

    /// <summary>After one round that is not counted.</summary>
    public static TimeSpan Timed(IReadOnlyList<DiagnosisCase> cases, int rounds, Action<DiagnosisCase> work)
    {
        var started = 0L;
        for (var round = 0; round <= rounds; round++)
        {
            started = round == 1 ? Stopwatch.GetTimestamp() : started;
            foreach (var one in cases)
            {
                work(one);
            }
        }

        return Stopwatch.GetElapsedTime(started) / (rounds * cases.Count);
    }
}
