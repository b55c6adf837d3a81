using KubeMemory.Core.Memory;
using Xunit;

namespace KubeMemory.Tests.Core.Memory;

public sealed class VectorRulesTests
{
    [Fact]
    public void Document_AtTheBound_StaysAndOneMoreIsCut()
    {
        var longest = new string('a', VectorRules.MaxDocumentLength);

        Assert.Same(longest, VectorRules.Document(longest));
        Assert.Equal(longest, VectorRules.Document(longest + "b"));
    }

    [Fact]
    public void Document_BoundWithinACharacter_IsCutBeforeIt() =>
        Assert.Equal(
            new string('a', VectorRules.MaxDocumentLength - 1),
            VectorRules.Document(new string('a', VectorRules.MaxDocumentLength - 1) + "🚀"));

    [Fact]
    public void Clean_AnyText_IsValidAndWithoutNul()
    {
        Assert.Equal("plain 🚀", VectorRules.Clean("plain 🚀"));
        Assert.Equal("a\ufffdb", VectorRules.Clean("a\0b"));
        Assert.Equal("\ufffdx", VectorRules.Clean("\ud83dx"));
        Assert.Equal("x\ufffd", VectorRules.Clean("x\ude80"));
    }

    [Theory]
    [InlineData("", 3)]
    [InlineData("m", 0)]
    public void Check_NoSpace_IsRefused(string model, int dimensions) =>
        Assert.Throws<ArgumentException>(() => VectorRules.Check(new VectorSpace(model, dimensions)));
}
