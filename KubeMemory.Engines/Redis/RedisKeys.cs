using System.Globalization;
using StackExchange.Redis;

namespace KubeMemory.Engines.Redis;

/// <summary>
/// Every key of the stream engine, in the database of the connection string. The hash tag keeps them in one slot of a Redis Cluster, so
/// that one script may touch several of them.
/// <list type="table">
/// <listheader><term>key</term><description>what it is</description></listheader>
/// <item><term><c>{kubememory}:stream:TOPIC</c></term><description>Stream of <c>payload</c>, with its consumer groups. An id is
/// <c>LIFE-NUMBER</c>: the life is the server's time (µs) at which the stream was made, so that no id comes twice even where Redis was emptied;
/// the number grows by one with each entry, so that two ids say how many entries lie between them.</description></item>
/// <item><term><c>{kubememory}:lease:RESOURCE</c></term><description>Hash: <c>holder</c> (empty when released), <c>fence</c>, <c>expires</c>
/// (the server's time, µs). It stays after its release: the fence goes on growing from it.</description></item>
/// <item><term><c>{kubememory}:checkpoints</c></term><description>Hash: <c>CLUSTER/SCOPE</c> → <c>TIME VERSION</c>.</description></item>
/// <item><term><c>{kubememory}:gates</c></term><description>Hash: <c>CLUSTER/GATE</c> → count.</description></item>
/// <item><term><c>{kubememory}:dead-letters</c></term><description>Stream of <c>topic</c>, <c>group</c>, <c>reason</c>, <c>at</c>, <c>payload</c>; its ids
/// are the dead letters'.</description></item>
/// <item><term><c>{kubememory}:live</c></term><description>Stream of <c>payload</c>, bounded; its ids are made like a topic's and are the SSE ids.</description></item>
/// <item><term><c>{kubememory}:watch-status</c></term><description>Hash: <c>CONNECTION SERVER</c> → JSON.</description></item>
/// <item><term><c>{kubememory}:rings:DATABASE</c></term><description>No key but the pub/sub channel (channels know no databases); a message is the name of
/// the bell: <c>topic:TOPIC</c> (appended), <c>room:TOPIC</c> (no longer full), <c>live</c> (published).</description></item>
/// </list>
/// </summary>
internal static class RedisKeys
{
    public const string LiveBell = "live";

    private const string Prefix = "{kubememory}:";

    public static readonly RedisKey Checkpoints = Prefix + "checkpoints";
    public static readonly RedisKey Gates = Prefix + "gates";
    public static readonly RedisKey DeadLetters = Prefix + "dead-letters";
    public static readonly RedisKey Live = Prefix + "live";
    public static readonly RedisKey WatchStatus = Prefix + "watch-status";

    public static RedisKey Stream(string topic) => Prefix + "stream:" + topic;

    public static RedisKey Lease(string resource) => Prefix + "lease:" + resource;

    public static string Rings(int database) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}rings:{database}");

    public static string AppendedBell(string topic) => "topic:" + topic;

    public static string RoomBell(string topic) => "room:" + topic;

    /// <summary>The name, which holds no slash, comes last: whatever the cluster's id holds, two fields are never the same.</summary>
    public static string Field(string clusterId, string name) => $"{clusterId}/{name}";

    public static (string ClusterId, string Name) ParseField(string field)
    {
        var slash = field.LastIndexOf('/');
        return (field[..slash], field[(slash + 1)..]);
    }
}
