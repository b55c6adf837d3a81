using System.Buffers.Text;
using System.Text.Json;
using KubeMemory.Core.Incidents;

namespace KubeMemory.Engines.Relational;

/// <summary>Where a page ended: the sort key of its edge row. Opaque to callers, bound to the ordering that it was made for.</summary>
/// <param name="Backward">The page before the edge is wanted, not the one after it.</param>
/// <param name="Keys">The row's values in the order of the sort, the id last.</param>
internal sealed record IncidentCursor(IncidentSort Sort, bool Ascending, bool Backward, IReadOnlyList<long> Keys)
{
    public string Encode() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this));

    /// <exception cref="InvalidCursorException">Damaged, or of another ordering.</exception>
    public static IncidentCursor? Decode(string? text, IncidentQuery query)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        try
        {
            var cursor = JsonSerializer.Deserialize<IncidentCursor>(Base64Url.DecodeFromChars(text));
            if (cursor?.Keys is not null && cursor.Sort == query.Sort && cursor.Ascending == query.Ascending && cursor.Keys.Count == KeyCount(query.Sort))
            {
                return cursor;
            }
        }
        catch (Exception damaged) when (damaged is FormatException or JsonException)
        {
            // Told to the caller below, like a cursor of another ordering.
        }

        throw new InvalidCursorException();
    }

    private static int KeyCount(IncidentSort sort) => sort == IncidentSort.Severity ? 3 : 2;
}
