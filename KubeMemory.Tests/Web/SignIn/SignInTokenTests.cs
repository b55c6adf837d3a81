using KubeMemory.Web.SignIn;
using Xunit;

namespace KubeMemory.Tests.Web.SignIn;

public class SignInTokenTests
{
    [Fact]
    public void TryRedeem_TheToken_WorksOnce()
    {
        var token = new SignInToken();

        Assert.True(token.TryRedeem(token.Text));
        Assert.False(token.TryRedeem(token.Text));
    }

    [Fact]
    public void TryRedeem_AnythingElse_IsRefusedAndTheTokenStaysGood()
    {
        var token = new SignInToken();

        Assert.All(["", "x", token.Text[..^1], token.Text + "A", token.Text.ToUpperInvariant(), new string('A', 100_000), new SignInToken().Text], text => Assert.False(token.TryRedeem(text)));
        Assert.True(token.TryRedeem(token.Text));
    }

    [Fact]
    public async Task TryRedeem_ByManyAtOnce_LetsOneIn()
    {
        var token = new SignInToken();

        var won = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => token.TryRedeem(token.Text))));

        Assert.Single(won, let => let);
    }

    [Fact]
    public void Text_Has256BitsAndNeedsNoEscaping()
    {
        var text = new SignInToken().Text;

        Assert.Equal(43, text.Length);
        Assert.Equal(text, Uri.EscapeDataString(text));
    }
}
