using System.Text.Json.Nodes;
using KubeMemory.Engines.Neo4j;

namespace KubeMemory.Tests.Engines.Servers;

/// <summary>Nodes by key and edges between them, and what each statement of <see cref="CypherStatements"/> says that it does to them.</summary>
internal sealed class Neo4jStubGraph
{
    private static readonly string[] Hangs = ["STRUCK", "AFFECTED", "RAN", "AFTER"];
    private static readonly string[] Holds = [.. Hangs, "RUNS_ON", "PART_OF"];

    private readonly Dictionary<string, Action<JsonObject>> _writes;
    private readonly Dictionary<string, Func<JsonObject, JsonArray>> _reads;
    private readonly Dictionary<string, JsonObject> _nodes = [];
    private readonly EdgeSet _edges = new();
    private readonly HashSet<string> _schema = [];

    /// <summary>Those of the nodes that are incidents.</summary>
    private readonly Dictionary<string, JsonObject> _incidents = [];

    /// <summary>By the key of the incident before: who says that they follow it, or once said so.</summary>
    private readonly Dictionary<string, HashSet<string>> _followers = [];

    public Neo4jStubGraph()
    {
        _writes = CypherStatements.Prepare.ToDictionary(statement => statement.Text, statement => new Action<JsonObject>(_ => _schema.Add(statement.Name)));
        _writes.Add(CypherStatements.Upsert.Text, parameters => Each(parameters, "rows", row => Upsert(row.AsObject())));
        _writes.Add(CypherStatements.TakeOff.Text, parameters => Each(parameters, "rows", row => TakeOff(row.AsObject())));
        _writes.Add(CypherStatements.Delete.Text, parameters => Each(parameters, "ids", id => Delete(id.GetValue<long>())));
        _reads = new Dictionary<string, Func<JsonObject, JsonArray>>
        {
            [CypherStatements.Ping.Text] = _ => [new JsonObject { ["one"] = 1 }],
            [CypherStatements.CoOccurring.Text] = CoOccurring,
            [CypherStatements.Neighbours.Text] = Neighbours,
            [CypherStatements.Parts.Text] = Parts,
            [CypherStatements.Count.Text] = _ => [new JsonObject { ["incidents"] = _incidents.Count }],
            [CypherStatements.Drop.Text] = Drop,
        };
    }

    /// <summary>All keys, sorted.</summary>
    public IReadOnlyList<string> Keys => [.. _nodes.Keys.Order(StringComparer.Ordinal)];

    /// <summary>How many constraints and indexes there are.</summary>
    public int Schema => _schema.Count;

    private IEnumerable<KeyValuePair<string, JsonObject>> Incidents => _incidents;

    /// <param name="Incident">The key of the one that says it, of RUNS_ON and BELONGS_TO.</param>
    private readonly record struct Edge(string From, string Type, string To, string? Incident = null);

    /// <exception cref="Neo4jStubException">As the server would say it.</exception>
    public (JsonArray Fields, JsonArray Values) Run(string statement, JsonObject parameters)
    {
        if (_writes.TryGetValue(statement, out var write))
        {
            write(parameters);
            return ([], []);
        }

        if (!_reads.TryGetValue(statement, out var read))
        {
            throw new Neo4jStubException("Neo.ClientError.Statement.SyntaxError", "The stand-in knows the statements of CypherStatements only.");
        }

        var rows = read(parameters);
        var fields = rows is [JsonObject first, ..] ? first.Select(column => column.Key).ToArray() : [];
        return (
            [.. fields.Select(field => JsonValue.Create(field))],
            [.. rows.Select(row => new JsonArray([.. fields.Select(field => row![field]?.DeepClone())]))]);
    }

    private static void Each(JsonObject parameters, string name, Action<JsonNode> act)
    {
        foreach (var item in parameters[name]!.AsArray())
        {
            act(item!);
        }
    }

    private static string LabelOf(string key) => key[..key.IndexOf('|', StringComparison.Ordinal)];

    private static string KeyOf(JsonNode? thing) => thing!["key"]!.GetValue<string>();

    private static long Number(JsonObject properties, string name) => properties[name]!.GetValue<long>();

    private string Merge(JsonNode? thing)
    {
        var key = KeyOf(thing);
        if (!_nodes.TryGetValue(key, out var node))
        {
            _nodes[key] = node = [];
        }

        node["name"] = thing!["name"]!.DeepClone();
        return key;
    }

    private void Upsert(JsonObject row)
    {
        var key = KeyOf(row);
        var version = Number(row, "version");
        if (_nodes.TryGetValue(key, out var there) && Number(there, "version") > version)
        {
            return;
        }

        var incident = row["properties"]!.DeepClone().AsObject();
        incident["version"] = version;
        _incidents[key] = _nodes[key] = incident;
        var (cluster, space, workload) = (Merge(row["cluster"]), Merge(row["namespace"]), Merge(row["workload"]));
        _edges.AddAll([new Edge(space, "PART_OF", cluster), new Edge(workload, "PART_OF", space), new Edge(key, "STRUCK", workload)]);
        Each(row, "pods", pod => UpsertPod(pod, key, workload, cluster));
        Each(row, "images", image => _edges.Add(new Edge(key, "RAN", Merge(image))));
        Each(row, "rollouts", rollout => _edges.AddAll([new Edge(key, "AFTER", Merge(rollout)), new Edge(KeyOf(rollout), "CHANGED", workload)]));
        Each(row, "fixes", fix => _edges.Add(new Edge(Merge(fix), "FIXED", key)));
        Link(key, incident);
    }

    private void Link(string key, JsonObject incident)
    {
        if (incident["previous"]?.GetValue<string>() is { } previous)
        {
            (_followers.TryGetValue(previous, out var followers) ? followers : _followers[previous] = []).Add(key);
            if (_nodes.ContainsKey(previous))
            {
                _edges.Add(new Edge(key, "FOLLOWS", previous));
            }
        }

        foreach (var next in _followers.GetValueOrDefault(key, []).Where(_nodes.ContainsKey))
        {
            _edges.Add(new Edge(next, "FOLLOWS", key));
        }
    }

    private void UpsertPod(JsonNode pod, string incident, string workload, string cluster)
    {
        var key = Merge(pod);
        _edges.AddAll([new Edge(incident, "AFFECTED", key), new Edge(key, "BELONGS_TO", workload, incident)]);
        foreach (var node in pod["nodes"]!.AsArray())
        {
            _edges.AddAll([new Edge(key, "RUNS_ON", Merge(node), incident), new Edge(KeyOf(node), "PART_OF", cluster)]);
        }
    }

    private void TakeOff(JsonObject row)
    {
        var key = KeyOf(row);
        if (!_nodes.TryGetValue(key, out var incident) || Number(incident, "version") != Number(row, "version"))
        {
            return;
        }

        var keep = row["keep"]!.AsArray().Select(kept => kept!.GetValue<string>()).ToHashSet();
        var said = row["said"]!.AsArray().Select(pair => (pair![0]!.GetValue<string>(), pair[1]!.GetValue<string>())).ToHashSet();
        var gone = _edges.SaidBy(key).Where(edge => !said.Contains((edge.From, edge.To)))
            .Concat(_edges.From(key).Where(edge => edge.Type is "AFFECTED" or "RAN" or "AFTER" && !keep.Contains(edge.To)))
            .ToList();
        gone.ForEach(_edges.Remove);
        RemoveAll([.. _edges.To(key).Where(edge => edge.Type == "FIXED" && !keep.Contains(edge.From)).Select(edge => edge.From)]);
        Sweep(gone.Select(edge => edge.To));
    }

    private void Delete(long id)
    {
        foreach (var key in Incidents.Where(incident => Number(incident.Value, "id") == id).Select(incident => incident.Key).ToList())
        {
            var things = ThingsOf(key, Hangs).ToList();
            var said = _edges.SaidBy(key).ToList();
            var places = said.Select(edge => edge.To).ToList();
            var spaces = things.SelectMany(thing => PartOf(thing).Where(part => LabelOf(part) == "Namespace")).ToList();
            var clusters = spaces.SelectMany(PartOf).ToList();
            said.ForEach(_edges.Remove);
            RemoveAll([key, .. _edges.To(key).Where(edge => edge.Type == "FIXED").Select(edge => edge.From)]);
            Sweep([.. things, .. places]);
            Sweep(spaces);
            Sweep(clusters);
        }
    }

    private IEnumerable<string> PartOf(string key) => _edges.From(key).Where(edge => edge.Type == "PART_OF").Select(edge => edge.To);

    private void Sweep(IEnumerable<string> keys) =>
        RemoveAll([.. keys.Distinct().Where(key => !_edges.To(key).Any(edge => Holds.Contains(edge.Type)))]);

    private void RemoveAll(IReadOnlyCollection<string> keys)
    {
        foreach (var key in keys)
        {
            _nodes.Remove(key);
            _incidents.Remove(key);
            _edges.From(key).Concat(_edges.To(key)).ToList().ForEach(_edges.Remove);
        }
    }

    private KeyValuePair<string, JsonObject>? Find(JsonObject parameters) =>
        Incidents.Where(incident => Number(incident.Value, "id") == Number(parameters, "id")).Select(incident => (KeyValuePair<string, JsonObject>?)incident).SingleOrDefault();

    private JsonArray CoOccurring(JsonObject parameters)
    {
        if (Find(parameters) is not var (key, asked))
        {
            return [];
        }

        var began = Number(asked, "occurred_at_us");
        return
        [
            .. Incidents
                .Where(other => other.Key != key && other.Value["cluster"]!.GetValue<string>() == asked["cluster"]!.GetValue<string>())
                .Select(other => (other.Key, other.Value, Id: Number(other.Value, "id"), Apart: Number(other.Value, "occurred_at_us") - began))
                .Where(other => Math.Abs(other.Apart) <= Number(parameters, "within_us"))
                .OrderBy(other => Math.Abs(other.Apart)).ThenBy(other => other.Id)
                .Take((int)Number(parameters, "max"))
                .Select(other => new JsonObject
                {
                    ["id"] = other.Id,
                    ["apart_us"] = other.Apart,
                    ["namespace"] = other.Value["namespace"]!.GetValue<string>() == asked["namespace"]!.GetValue<string>(),
                    ["workload"] = Shares(key, other.Key, "STRUCK"),
                    ["pod"] = Shares(key, other.Key, "AFFECTED"),
                    ["node"] = NodesOf(key).Intersect(NodesOf(other.Key)).Any(),
                    ["image"] = Shares(key, other.Key, "RAN"),
                }),
        ];
    }

    private IEnumerable<string> ThingsOf(string incident, params string[] types) =>
        _edges.From(incident).Where(edge => types.Contains(edge.Type)).Select(edge => edge.To);

    private IEnumerable<string> NodesOf(string incident) => _edges.SaidBy(incident).Where(edge => edge.Type == "RUNS_ON").Select(edge => edge.To);

    private bool Shares(string one, string other, string type) => ThingsOf(one, type).Intersect(ThingsOf(other, type)).Any();

    private JsonArray Neighbours(JsonObject parameters)
    {
        if (Find(parameters) is not var (key, _))
        {
            return [];
        }

        var things = ThingsOf(key, Hangs).ToHashSet();
        var nodes = NodesOf(key).ToHashSet();
        return
        [
            .. Incidents
                .Where(other => other.Key != key && (ThingsOf(other.Key, Hangs).Any(things.Contains) || NodesOf(other.Key).Any(nodes.Contains)))
                .OrderByDescending(other => Number(other.Value, "last_seen_at_us")).ThenBy(other => Number(other.Value, "id"))
                .Take((int)Number(parameters, "max"))
                .Select(other => new JsonObject { ["id"] = Number(other.Value, "id") }),
        ];
    }

    private JsonArray Parts(JsonObject parameters)
    {
        var ids = parameters["ids"]!.AsArray().Select(id => id!.GetValue<long>()).ToHashSet();
        return [.. Incidents.Where(incident => ids.Contains(Number(incident.Value, "id"))).SelectMany(incident => PartsOf(incident.Key))];
    }

    private IEnumerable<JsonObject> PartsOf(string incident)
    {
        var own = _edges.From(incident).Concat(_edges.SaidBy(incident)).Concat(_edges.To(incident).Where(edge => edge.Type == "FIXED")).ToList();
        var reached = own.Where(edge => edge.Type != "FOLLOWS").Select(edge => edge.To).Where(key => key != incident).ToHashSet();
        for (var hop = 0; hop < 2; hop++)
        {
            reached.UnionWith([.. reached.SelectMany(PartOf)]);
        }

        var up = reached.SelectMany(_edges.From).Where(edge => edge.Type is "PART_OF" or "CHANGED");
        return own.Concat(up).Distinct().Select(edge => new JsonObject
        {
            ["incident"] = _nodes[incident]["id"]!.DeepClone(),
            ["from_key"] = edge.From,
            ["from_label"] = LabelOf(edge.From),
            ["from_name"] = _nodes[edge.From]["name"]!.DeepClone(),
            ["from_id"] = _nodes[edge.From]["id"]?.DeepClone(),
            ["type"] = edge.Type,
            ["to_key"] = edge.To,
            ["to_label"] = LabelOf(edge.To),
            ["to_name"] = _nodes[edge.To]["name"]!.DeepClone(),
            ["to_id"] = _nodes[edge.To]["id"]?.DeepClone(),
        });
    }

    private JsonArray Drop(JsonObject parameters)
    {
        var keys = _nodes.Keys.Take((int)Number(parameters, "max")).ToList();
        RemoveAll(keys);
        return [new JsonObject { ["dropped"] = keys.Count }];
    }

    /// <summary>Edges by their ends, and by who says them.</summary>
    private sealed class EdgeSet
    {
        private readonly Dictionary<string, HashSet<Edge>> _from = [];
        private readonly Dictionary<string, HashSet<Edge>> _to = [];
        private readonly Dictionary<string, HashSet<Edge>> _saidBy = [];

        public HashSet<Edge> From(string key) => _from.GetValueOrDefault(key, []);

        public HashSet<Edge> To(string key) => _to.GetValueOrDefault(key, []);

        public HashSet<Edge> SaidBy(string incident) => _saidBy.GetValueOrDefault(incident, []);

        public void Add(Edge edge)
        {
            Put(_from, edge.From, edge);
            Put(_to, edge.To, edge);
            if (edge.Incident is not null)
            {
                Put(_saidBy, edge.Incident, edge);
            }
        }

        public void AddAll(IEnumerable<Edge> edges)
        {
            foreach (var edge in edges)
            {
                Add(edge);
            }
        }

        public void Remove(Edge edge)
        {
            _from.GetValueOrDefault(edge.From)?.Remove(edge);
            _to.GetValueOrDefault(edge.To)?.Remove(edge);
            _saidBy.GetValueOrDefault(edge.Incident ?? "")?.Remove(edge);
        }

        private static void Put(Dictionary<string, HashSet<Edge>> index, string key, Edge edge) =>
            (index.TryGetValue(key, out var edges) ? edges : index[key] = []).Add(edge);
    }
}
