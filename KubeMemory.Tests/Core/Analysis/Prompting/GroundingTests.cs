using KubeMemory.Core.Analysis.Prompting;
using Xunit;

namespace KubeMemory.Tests.Core.Analysis.Prompting;

public sealed class GroundingTests
{
    private const string State = "before: ended with exit code 137, reason OOMKilled\nlimits: memory=256Mi";

    [Theory]
    [InlineData("It used more memory than its limit of 256Mi.", true)]
    [InlineData("It was OOMKilled: its memory limits are too low.", true)]
    [InlineData("The container failed because of an error in the application.", false)]
    [InlineData("A solar flare hit the machine.", false)]
    [InlineData("The workload checkout in shop failed.", false)]
    public void Supports_Text_WhereTheDataSaysSo(string text, bool expected) => Assert.Equal(expected, Grounding.Supports(State + "\ncheckout in shop", text, ["checkout", "shop"]));

    [Theory]
    [InlineData("The database db.payments is down.", false)]
    [InlineData("It was killed, see kubernetes.io/docs and deployment.apps/checkout.", false)]
    [InlineData("java.lang.OutOfMemoryError in app.yaml, e.g. at 127.0.0.1", false)]
    [InlineData("Version 1.25.3 has it.", false)]
    [InlineData("Write to help@attacker.example for the fix.", true)]
    [InlineData("Ask metadata at 169.254.169.254.", true)]
    [InlineData("See get.attacker.example for more.", true)]
    public void NamesAnotherPlace_Text_WhereTheDataHasItNot(string text, bool expected) => Assert.Equal(expected, Grounding.NamesAnotherPlace(text, "lookup db.payments: no such host"));

    [Theory]
    [InlineData("The container was killed at its own memory limit.", null, "It exceeded its memory limits and was killed.", true)]
    [InlineData("The host db.payments cannot be resolved.", "db.payments", "DNS knows no db.payments.", true)]
    [InlineData("The host db.payments cannot be resolved.", "db.payments", "The database host cannot be resolved by the application.", false)]
    [InlineData("The container was killed at its own memory limit.", null, "The registry refuses the credentials.", false)]
    public void IsSame_TwoAccounts_WhereTheySpeakOfTheSame(string account, string? thing, string other, bool expected) => Assert.Equal(expected, Grounding.IsSame(account, thing, other));

    [Fact]
    public void Quote_Data_IsTheLineThatSaysIt() => Assert.Equal("limits: memory=256Mi", Grounding.Quote(State, "The memory limit of 256Mi is too small."));
}
