using System.Globalization;
using System.Runtime.InteropServices;
using KubeMemory.Core.Diagnosis;

namespace KubeMemory.Benchmarks.Diagnosis;

/// <summary>
/// The rules against the labelled set: per half and group how often the cause and the named thing are right, how often a confirmed word is
/// wrong, how many unknown faults stay inconclusive, and how long a case takes. Exit code 1: a goal is missed on the test half.
/// </summary>
internal static class DiagnosisBenchmark
{
    private const int Rounds = 5;

    private const string Head = "group            cases   cause            thing            confirmed+wrong  likely+wrong  inconclusive";

    public static int Run(string[] arguments)
    {
        var list = arguments is ["--list"];
        if (arguments.Length > 0 && !list)
        {
            Console.Error.WriteLine("diagnose takes --list.");
            return 2;
        }

        var set = LabelledSet.Load(LabelledSet.DefaultFolder);
        CaseOutcome[] outcomes = [.. set.Cases.Select(one => CaseOutcome.Of(one, Diagnoser.Default, set.Causes))];
        Console.WriteLine($"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors, .NET {Environment.Version}; catalogue {SignatureCatalogue.Version} of {SignatureCatalogue.All.Count} signatures");
        string[] missed = [];
        foreach (var half in outcomes.GroupBy(o => o.Labelled.Half))
        {
            missed = Print(half.Key, [.. half]);
        }

        Calibration([.. outcomes.Where(o => o.Labelled.Half == LabelledCase.Tuning)]);
        if (list)
        {
            List(outcomes);
        }

        Time([.. set.Cases.Select(one => one.Case)]);
        foreach (var goal in missed)
        {
            Console.WriteLine(goal);
        }

        Console.WriteLine(missed.Length == 0 ? "The goals are met on the test half." : "Goals are missed on the test half.");
        return missed.Length == 0 ? 0 : 1;
    }

    /// <summary>The goals that are missed.</summary>
    private static string[] Print(string half, CaseOutcome[] outcomes)
    {
        Console.WriteLine();
        Console.WriteLine($"{half} half");
        Console.WriteLine(Head);
        CaseOutcome[] known = [.. outcomes.Where(o => !o.Labelled.IsUnknown)];
        foreach (var group in known.GroupBy(o => o.Labelled.Group))
        {
            Console.WriteLine(Line(DiagnosisScore.Of(group.Key, [.. group])));
        }

        var all = DiagnosisScore.Of("all known", known);
        var unknown = DiagnosisScore.Of("unknown", [.. outcomes.Where(o => o.Labelled.IsUnknown)]);
        Console.WriteLine(Line(all));
        Console.WriteLine(Line(unknown));
        return [.. DiagnosisGoals.Missed(all, unknown)];
    }

    private static string Line(DiagnosisScore score) => string.Create(
        CultureInfo.InvariantCulture,
        $"{score.Name,-15}{score.Cases,7}{Share(score.CauseRight, score.Cases),17}{Share(score.ThingsRight, score.Things),17}{score.ConfidentlyWrong,16}{score.LikelyWrong,14}{score.Inconclusive,14}");

    private static string Share(int part, int whole) =>
        whole == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{part}/{whole} {100.0 * part / whole,5:N1} %");

    /// <summary>How often an answer is right, by what it is worth: what <see cref="KubeMemory.Core.Diagnosis.Diagnosis.Confidence"/> is read from.</summary>
    private static void Calibration(CaseOutcome[] outcomes)
    {
        Console.WriteLine();
        Console.WriteLine("calibration (tuning half, unknown faults included)");
        Console.WriteLine("verdict       specificity   answers   right");
        foreach (var bucket in outcomes.Where(o => o.SignatureId is not null).GroupBy(o => (o.Verdict, Tens: o.Specificity / 10 * 10)).OrderByDescending(b => b.Key))
        {
            var right = bucket.Count(o => o.CauseRight);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{bucket.Key.Verdict,-14}{bucket.Key.Tens,4}–{bucket.Key.Tens + 9,-6}{bucket.Count(),10}{100.0 * right / bucket.Count(),7:N1} %"));
        }
    }

    /// <summary>In full for the tuning half; ids alone for the test half, so that nobody tunes on it by accident.</summary>
    private static void List(CaseOutcome[] outcomes)
    {
        Console.WriteLine();
        Console.WriteLine("misses of the tuning half");
        foreach (var miss in outcomes.Where(o => o.Labelled.Half == LabelledCase.Tuning && IsMiss(o)).OrderBy(o => o.Labelled.Causes[0], StringComparer.Ordinal))
        {
            var things = miss.AsksForThing ? $", thing {string.Join(" | ", miss.Labelled.Things)}" : "";
            Console.WriteLine($"  {miss.Labelled.File} {miss.Labelled.Id}: {string.Join(" | ", miss.Labelled.Causes)}{things}; said {miss.Verdict} {miss.SignatureId ?? "nothing"}{(miss.Thing is { } said ? $", thing {said}" : "")}");
        }

        Console.WriteLine("misses of the test half");
        foreach (var group in outcomes.Where(o => o.Labelled.Half == LabelledCase.Test && IsMiss(o)).GroupBy(o => o.Labelled.Group))
        {
            Console.WriteLine($"  {group.Key}: {string.Join(", ", group.Select(o => o.Labelled.Id))}");
        }
    }

    private static bool IsMiss(CaseOutcome outcome) => !outcome.CauseRight || (outcome.AsksForThing && !outcome.ThingRight);

    private static void Time(DiagnosisCase[] cases)
    {
        var diagnosis = TextFloor.Timed(cases, Rounds, one => _ = Diagnoser.Default.Diagnose(one));
        var floor = TextFloor.Run(cases, Rounds);
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"a case takes {diagnosis.TotalMicroseconds:N0} µs; floor, its texts read once by one pattern, {floor.TotalMicroseconds:N0} µs: {diagnosis / Max(floor, TimeSpan.FromTicks(1)):N0} times as much for {SignatureCatalogue.All.Count} signatures"));
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
