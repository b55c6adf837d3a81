using Microsoft.Extensions.Logging;

namespace KubeMemory.Engines.Models;

/// <summary>Says once that the language model gives no answer that can be taken, not at every analysis, and that it does again. Thread-safe.</summary>
internal sealed partial class AnswerLog(ILogger logger)
{
    private int _failing;

    /// <summary>One answer, of which there may be a second one.</summary>
    public void Rejected(string why) => Log.Rejected(logger, why);

    /// <param name="why">Null: an answer was taken.</param>
    public void Judged(string? why)
    {
        var before = Interlocked.Exchange(ref _failing, why is null ? 0 : 1);
        if (why is not null && before == 0)
        {
            Log.NotTaken(logger, why);
        }
        else if (why is null && before == 1)
        {
            Log.TakenAgain(logger);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2530, LogLevel.Warning, "The rules answer alone for now, because the language model's answer is not taken: {Reason}")]
        public static partial void NotTaken(ILogger logger, string reason);

        [LoggerMessage(2531, LogLevel.Information, "The language model's answers are taken again")]
        public static partial void TakenAgain(ILogger logger);

        [LoggerMessage(2532, LogLevel.Debug, "An answer of the language model is not taken: {Reason}")]
        public static partial void Rejected(ILogger logger, string reason);
    }
}
