using System.Text.RegularExpressions;
using Npgsql;

namespace KubeMemory.Engines.Postgres;

/// <summary>How statements show in traces: by what they do to which table, and without those that only set the scene.</summary>
internal static partial class PostgresSpans
{
    public static void Configure(NpgsqlTracingOptionsBuilder tracing) => tracing
        .EnableFirstResponseEvent(false)
        .ConfigureCommandFilter(static command => !SetsTheScene(command.CommandText))
        .ConfigureCommandSpanNameProvider(static command => NameOf(command.CommandText))
        .ConfigureBatchSpanNameProvider(static batch => NameOf(((IEnumerable<NpgsqlBatchCommand>)batch.BatchCommands).Select(command => command.CommandText)))
        .ConfigureCopyOperationSpanNameProvider(static copy => NameOf(copy));

    /// <summary><c>SELECT … FROM incidents i …</c> → <c>SELECT incidents</c>; null for what cannot be told, which takes the driver's own name.</summary>
    public static string? NameOf(string sql) =>
        Verb().Match(sql) is not { Success: true } verb ? null
        : Table().Match(sql) is { Success: true } table ? $"{verb.Value.ToUpperInvariant()} {table.Groups["name"].Value}"
        : verb.Value.ToUpperInvariant();

    /// <summary>By the first statement that does something, and how many follow it.</summary>
    private static string? NameOf(IEnumerable<string> statements)
    {
        var telling = statements.Where(sql => !SetsTheScene(sql)).ToList();
        return telling is [] ? null : telling is [var only] ? NameOf(only) : $"{NameOf(telling[0])} +{telling.Count - 1}";
    }

    private static bool SetsTheScene(string sql) => Scene().IsMatch(sql);

    [GeneratedRegex(@"^\s*(SET|SELECT\s+set_config|SELECT\s+pg_advisory)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Scene();

    [GeneratedRegex(@"\b(SELECT|INSERT|UPDATE|DELETE|MERGE|COPY|TRUNCATE)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Verb();

    // Neither a subquery nor a function of rows.
    [GeneratedRegex(@"\b(FROM|INTO|UPDATE|COPY|TRUNCATE)\s+(?!ONLY\b|unnest\b|generate_series\b|SKIP\b)""?(?<name>[a-z_]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Table();
}
