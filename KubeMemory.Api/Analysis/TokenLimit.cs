using System.Globalization;

namespace KubeMemory.Api.Analysis;

internal static class TokenLimit
{
    /// <summary>The day's tokens are used up, as a sentence.</summary>
    public static string Spent(long limit) =>
        string.Create(CultureInfo.InvariantCulture, $"Today's {limit:N0} tokens (KubeMemory:Analysis:TokensPerDay) are spent; the rules alone speak until midnight UTC.");
}
