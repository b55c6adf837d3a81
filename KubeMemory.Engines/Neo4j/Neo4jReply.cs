using System.Text.Json;

namespace KubeMemory.Engines.Neo4j;

/// <summary>
/// What the Query API answers, whatever its status; a fault after the first row comes in a 202, after the data.
/// <code>
/// {"data":{"fields":["id","apart_us"],"values":[[43,-60000000]]},"bookmarks":["FB:kcwQ…"]}
/// {"errors":[{"code":"Neo.ClientError.Statement.SyntaxError","message":"Invalid input 'RETRUN'…"}]}
/// </code>
/// </summary>
internal sealed record Neo4jReply(Neo4jData? Data, IReadOnlyList<string>? Bookmarks, IReadOnlyList<Neo4jError>? Errors)
{
    /// <summary>The first of its errors; null where it has none.</summary>
    public Neo4jError? Error => Errors is [var first, ..] ? first : null;
}

internal sealed record Neo4jData(IReadOnlyList<string> Fields, IReadOnlyList<IReadOnlyList<JsonElement>> Values)
{
    /// <summary>Of a statement that returns nothing.</summary>
    public static Neo4jData None { get; } = new([], []);

    public IEnumerable<Neo4jRow> Rows => Values.Select(values => new Neo4jRow(Fields, values));
}

/// <summary>One row by the names of its columns.</summary>
internal readonly record struct Neo4jRow(IReadOnlyList<string> Fields, IReadOnlyList<JsonElement> Values)
{
    public string Text(string field) => this[field].GetString() ?? "";

    public long Number(string field) => this[field].GetInt64();

    public long? NumberOrNull(string field) => this[field] is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : null;

    /// <summary>Null counts as no.</summary>
    public bool Flag(string field) => this[field].ValueKind == JsonValueKind.True;

    private JsonElement this[string field]
    {
        get
        {
            for (var column = 0; column < Fields.Count; column++)
            {
                if (Fields[column] == field)
                {
                    return Values[column];
                }
            }

            throw new JsonException($"The answer has no column {field}.");
        }
    }
}

internal sealed record Neo4jError(string? Code, string? Message);
