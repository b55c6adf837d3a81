using KubeMemory.Engines.Models;
using KubeMemory.Tests.Watcher.Fakes;
using Xunit;

namespace KubeMemory.Tests.Engines.Models;

public class AnswerLogTests
{
    [Fact]
    public void Judged_ModelThatKeepsFailing_IsSaidOnceUntilItAnswersAgain()
    {
        var lines = new LineLog();
        var log = new AnswerLog(lines);

        log.Judged("\"citations\" named no ID that was given.");
        log.Judged("\"citations\" named no ID that was given.");
        log.Judged(null);
        log.Judged(null);
        log.Judged("it is no JSON.");

        Assert.Equal(
            [
                "The rules answer alone for now, because the language model's answer is not taken: \"citations\" named no ID that was given.",
                "The language model's answers are taken again",
                "The rules answer alone for now, because the language model's answer is not taken: it is no JSON.",
            ],
            lines.Lines);
    }
}
