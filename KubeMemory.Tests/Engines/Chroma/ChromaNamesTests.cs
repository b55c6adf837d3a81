using KubeMemory.Core.Memory;
using KubeMemory.Engines.Chroma;
using Xunit;

namespace KubeMemory.Tests.Engines.Chroma;

public sealed class ChromaNamesTests
{
    [Fact]
    public void Of_ModelName_ReadsWellAndStaysTheSame() =>
        Assert.Equal("kubememory-nomic-embed-text_v1.5-768-3883c36a7362", ChromaNames.Of(new("nomic-embed-text:v1.5", 768)));

    [Fact]
    public void Of_LikeNames_AreAllDifferentAndValid()
    {
        VectorSpace[] spaces =
        [
            new("org/model", 384), new("org_model", 384), new("org:model", 384), new("Org/Model", 384), new("org/model", 38), new("org/model-38", 4),
            new("模型", 384), new("模形", 384), new(".", 1), new("-", 1), new(" ", 1), new("a\0", 1),
            new(new string('x', 2_000), 1), new(new string('x', 2_001), 1), new("🚀", int.MaxValue),
        ];

        var names = spaces.Select(ChromaNames.Of).ToList();
        Assert.Equal(spaces.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(names, name => Assert.Matches("^[a-zA-Z0-9][a-zA-Z0-9._-]{1,510}[a-zA-Z0-9]$", name));
    }
}
