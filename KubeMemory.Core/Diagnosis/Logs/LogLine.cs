namespace KubeMemory.Core.Diagnosis.Logs;

/// <summary>How bad a line says it is.</summary>
internal enum LineLevel
{
    /// <summary>Information, or nothing said.</summary>
    Neutral,

    /// <summary>A warning, or something that is tried again.</summary>
    Warning,

    Error,

    /// <summary>What ends a process.</summary>
    Fatal,
}

/// <summary>One line of a log, as a clue reads it.</summary>
/// <param name="Raw">As it stands in the evidence.</param>
/// <param name="Text">Without colours, a runtime's prefix and a structured log's wrapping; bounded.</param>
/// <param name="SaysLevel">It carries a level of its own, so that a neutral one is meant as such.</param>
/// <param name="IsFrame">A frame of a stack trace: where, never why.</param>
/// <param name="IsPart">A further part of the entry before: a line inside a structured log's text.</param>
internal sealed record LogLine(string Raw, string Text, LineLevel Level, bool SaysLevel, bool IsFrame, bool IsPart);

/// <summary>Lines that belong together: a message with its stack trace, a chain of causes.</summary>
internal sealed record LogStatement(int First, int Last, string Text, LineLevel Level, bool SaysLevel);
