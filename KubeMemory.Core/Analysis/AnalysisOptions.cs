namespace KubeMemory.Core.Analysis;

/// <summary>When and how much is analysed. Section <c>KubeMemory:Analysis</c>, times as <c>hh:mm:ss</c>.</summary>
public sealed class AnalysisOptions
{
    public const string Section = "KubeMemory:Analysis";

    /// <summary>How long an incident that has just opened waits for the evidence that was asked for. Default 30 seconds; none to 10 minutes.</summary>
    public TimeSpan EvidenceWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many analyses this process runs at a time; 1 to 64. By default 1 with a model and 4 without.</summary>
    public int? Concurrency { get; set; }

    /// <summary>
    /// How many tokens, prompts and answers together, may be spent on a day (UTC); beyond, the rules alone speak. 0 and more; by default as many
    /// as it takes. Analyses that run at the same time may exceed it by what they use.
    /// </summary>
    public long? TokensPerDay { get; set; }

    /// <summary>How often an analysis that fails is tried before it has failed for good. Default 5; 1 to 100.</summary>
    public int Attempts { get; set; } = 5;

    /// <summary>The first pause after a failure; each next one is twice as long. Default 10 seconds; 1 second to 1 hour.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest such pause. Default 10 minutes; 1 second to 1 day, and no shorter than <see cref="RetryAfter"/>.</summary>
    public TimeSpan RetryAtMost { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Says which values make no sense, one sentence each; empty where all do.</summary>
    public IEnumerable<string> Errors()
    {
        if (EvidenceWait < TimeSpan.Zero || EvidenceWait > TimeSpan.FromMinutes(10))
        {
            yield return $"{Section}:{nameof(EvidenceWait)} must be from 00:00:00 to 00:10:00; a number without colons is a number of days.";
        }

        if (Concurrency is < 1 or > 64)
        {
            yield return $"{Section}:{nameof(Concurrency)} must be between 1 and 64.";
        }

        if (TokensPerDay < 0)
        {
            yield return $"{Section}:{nameof(TokensPerDay)} must not be negative.";
        }

        if (Attempts is < 1 or > 100)
        {
            yield return $"{Section}:{nameof(Attempts)} must be between 1 and 100.";
        }

        if (RetryAfter < TimeSpan.FromSeconds(1) || RetryAfter > TimeSpan.FromHours(1))
        {
            yield return $"{Section}:{nameof(RetryAfter)} must be between a second and an hour; a number without colons is a number of days.";
        }

        if (RetryAtMost < RetryAfter || RetryAtMost > TimeSpan.FromDays(1))
        {
            yield return $"{Section}:{nameof(RetryAtMost)} must be no shorter than {nameof(RetryAfter)} and no longer than a day.";
        }
    }

    /// <summary>After so many failures.</summary>
    /// <param name="failures">At least 1.</param>
    public TimeSpan PauseAfter(int failures)
    {
        var pause = RetryAfter * Math.Pow(2, Math.Clamp(failures - 1, 0, 20));
        return pause < RetryAtMost ? pause : RetryAtMost;
    }
}
