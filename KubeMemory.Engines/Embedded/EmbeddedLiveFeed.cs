using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Live;
using KubeMemory.Engines.Relational;
using KubeMemory.Engines.Sqlite;

namespace KubeMemory.Engines.Embedded;

/// <summary>The newest changes in a table, whose ids go on growing over restarts.</summary>
internal sealed class EmbeddedLiveFeed(SqliteDatabase database, TimeProvider time) : ILiveFeed
{
    /// <summary>A reader that has been away for longer reads the state again.</summary>
    public const int Kept = 1000;

    private const int Page = 100;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);
    private readonly Wakeup _published = new(time);

    public async Task PublishAsync(LiveChange change, CancellationToken cancellationToken)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(change, ContractJson.Options);
        await database.WriteAsync(
            session =>
            {
                session.Run("INSERT INTO live_changes (payload) VALUES ($1)", payload);
                session.Run("DELETE FROM live_changes WHERE id <= (SELECT MAX(id) FROM live_changes) - $1", Kept);
            },
            cancellationToken).ConfigureAwait(false);
        _published.Ring();
    }

    public async Task<string> GetEndAsync(CancellationToken cancellationToken) => Text((await EndsAsync(cancellationToken).ConfigureAwait(false)).Newest);

    public async IAsyncEnumerable<LiveEntry> ReadAsync(string? afterId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (oldest, newest) = await EndsAsync(cancellationToken).ConfigureAwait(false);
        var after = newest;
        if (afterId is not null)
        {
            if (long.TryParse(afterId, NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && asked >= oldest - 1 && asked <= newest)
            {
                after = asked;
            }
            else
            {
                yield return Reset(newest);
            }
        }

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var ring = _published.Next;
            var entries = await PageAsync(after, cancellationToken).ConfigureAwait(false);
            if (entries.Count == 0)
            {
                await _published.WaitAsync(ring, Poll, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (entries[0].Id > after + 1)
            {
                // So slow that the feed has moved on past it.
                yield return Reset(entries[0].Id - 1);
            }

            foreach (var (id, payload) in entries)
            {
                after = id;
                yield return new LiveEntry(Text(id), JsonSerializer.Deserialize<LiveChange>(payload, ContractJson.Options)!);
            }
        }
    }

    private Task<(long Oldest, long Newest)> EndsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(
            session =>
            {
                var newest = session.Number("SELECT seq FROM sqlite_sequence WHERE name = 'live_changes'") ?? 0;
                return (session.Number("SELECT MIN(id) FROM live_changes") ?? newest + 1, newest);
            },
            cancellationToken);

    private Task<List<(long Id, byte[] Payload)>> PageAsync(long after, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.List("SELECT id, payload FROM live_changes WHERE id > $1 ORDER BY id LIMIT $2", row => (row.GetInt64(0), row.Bytes(1)), after, Page),
            cancellationToken);

    private static LiveEntry Reset(long id) => new(Text(id), new LiveChange(LiveChangeKinds.Reset, null));

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}
