using System.Globalization;

namespace KubeMemory.Engines.Redis;

/// <summary>An id of a Redis stream; see <see cref="RedisKeys"/> for what the two parts are in the streams of KubeMemory.</summary>
internal readonly record struct StreamId(long Life, long Number)
{
    /// <summary>1732380000000000-17, and nothing else that Redis would take, like <c>+</c> or an id without its second part.</summary>
    public static bool TryParse(string? text, out StreamId id)
    {
        id = default;
        var dash = text?.IndexOf('-', StringComparison.Ordinal) ?? -1;
        if (dash < 0
            || !long.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var life)
            || !long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        id = new StreamId(life, number);
        return true;
    }

    public static StreamId Parse(string text) => TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is no id of a stream.");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Life}-{Number}");
}
