using KubeMemory.Core.Diagnosis;

namespace KubeMemory.Benchmarks.Diagnosis;

/// <summary>One case with the answer that is right for it.</summary>
/// <param name="Half"><c>tuning</c>, which anyone may read while writing signatures, or <c>test</c>, which nobody may.</param>
/// <param name="Group">The name of its file: <c>scheduling</c>, <c>images</c>, …</param>
/// <param name="Causes">
/// Names of <see cref="CauseMap"/>, or <see cref="Unknown"/>; the first is the best, any of the others is right too where the messages
/// leave it open.
/// </param>
/// <param name="Things">Spellings of the named thing that are right; empty where none is asked for.</param>
/// <param name="File">With the line, for people: <c>test/images.txt:12</c>.</param>
internal sealed record LabelledCase(string Id, string Half, string Group, IReadOnlyList<string> Causes, IReadOnlyList<string> Things, DiagnosisCase Case, string File)
{
    /// <summary>No signature covers it: inconclusive is the right answer.</summary>
    public const string Unknown = "unknown";

    public const string Tuning = "tuning";
    public const string Test = "test";

    public bool IsUnknown => Causes is [Unknown];
}
