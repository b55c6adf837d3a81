using KubeMemory.Core.Memory;

namespace KubeMemory.Engines.Neo4j;

/// <summary>One statement that is ever sent, with what it is for. Values travel as parameters only.</summary>
/// <param name="Purpose">What it does to the graph and what it returns; the tests' stand-in for a server is written from it.</param>
/// <param name="Example">Its parameters, as JSON.</param>
internal sealed record CypherStatement(string Name, string Purpose, string Text, string Example = "{}");

/// <summary>
/// The whole of the graph in Neo4j: its constraints, its relationships, and every statement.
/// <code><![CDATA[
/// (Incident)-[:STRUCK]->(Workload)-[:PART_OF]->(Namespace)-[:PART_OF]->(Cluster)
/// (Incident)-[:AFFECTED]->(Pod)-[:BELONGS_TO {incident}]->(Workload)
///                         (Pod)-[:RUNS_ON {incident}]->(Node)-[:PART_OF]->(Cluster)
/// (Incident)-[:RAN]->(Image)
/// (Incident)-[:AFTER]->(Rollout)-[:CHANGED]->(Workload)
/// (Incident)-[:FOLLOWS]->(Incident)<-[:FIXED]-(Fix)
/// ]]></code>
/// Every node has <c>key</c>, which begins with its label and its cluster, and <c>name</c>. What an incident says of a pod carries the incident's
/// key: a StatefulSet's pod comes back under its name on another node, and the one is taken off without the other. Times are kept twice: as
/// <c>datetime</c> for people, and in microseconds since 1970 (<c>…_us</c>), as the incident store has them, to compare.
/// One request is one transaction, so each statement leaves a whole graph behind it, and each may be repeated.
/// The syntax is that of Neo4j 5.19 and later.
/// </summary>
internal static class CypherStatements
{
    private const string Struck = GraphRelationships.Struck;
    private const string Affected = GraphRelationships.Affected;
    private const string Ran = GraphRelationships.Ran;
    private const string After = GraphRelationships.After;
    private const string Changed = GraphRelationships.Changed;
    private const string Follows = GraphRelationships.Follows;
    private const string Fixed = GraphRelationships.Fixed;
    private const string BelongsTo = GraphRelationships.BelongsTo;
    private const string RunsOn = GraphRelationships.RunsOn;
    private const string PartOf = GraphRelationships.PartOf;

    /// <summary>From an incident to what it hangs on.</summary>
    private const string Hangs = $"{Struck}|{Affected}|{Ran}|{After}";

    /// <summary>What keeps a thing in the graph: with none of these coming in, nothing hangs on it.</summary>
    private const string Holds = $"{Hangs}|{RunsOn}|{PartOf}";

    private const string AllLabels =
        $"{GraphLabels.Incident}|{GraphLabels.Fix}|{GraphLabels.Rollout}|{GraphLabels.Image}|{GraphLabels.Pod}|{GraphLabels.Node}"
        + $"|{GraphLabels.Workload}|{GraphLabels.Namespace}|{GraphLabels.Cluster}";

    /// <summary>Constraints, one a label, on the only property that is ever merged on.</summary>
    private static readonly IReadOnlyList<CypherStatement> Constraints =
    [
        Unique("cluster", $"CREATE CONSTRAINT kubememory_cluster IF NOT EXISTS FOR (n:{GraphLabels.Cluster}) REQUIRE n.key IS UNIQUE"),
        Unique("namespace", $"CREATE CONSTRAINT kubememory_namespace IF NOT EXISTS FOR (n:{GraphLabels.Namespace}) REQUIRE n.key IS UNIQUE"),
        Unique("workload", $"CREATE CONSTRAINT kubememory_workload IF NOT EXISTS FOR (n:{GraphLabels.Workload}) REQUIRE n.key IS UNIQUE"),
        Unique("pod", $"CREATE CONSTRAINT kubememory_pod IF NOT EXISTS FOR (n:{GraphLabels.Pod}) REQUIRE n.key IS UNIQUE"),
        Unique("node", $"CREATE CONSTRAINT kubememory_node IF NOT EXISTS FOR (n:{GraphLabels.Node}) REQUIRE n.key IS UNIQUE"),
        Unique("image", $"CREATE CONSTRAINT kubememory_image IF NOT EXISTS FOR (n:{GraphLabels.Image}) REQUIRE n.key IS UNIQUE"),
        Unique("incident", $"CREATE CONSTRAINT kubememory_incident IF NOT EXISTS FOR (n:{GraphLabels.Incident}) REQUIRE n.key IS UNIQUE"),
        Unique("fix", $"CREATE CONSTRAINT kubememory_fix IF NOT EXISTS FOR (n:{GraphLabels.Fix}) REQUIRE n.key IS UNIQUE"),
        Unique("rollout", $"CREATE CONSTRAINT kubememory_rollout IF NOT EXISTS FOR (n:{GraphLabels.Rollout}) REQUIRE n.key IS UNIQUE"),
    ];

    private static readonly IReadOnlyList<CypherStatement> Indexes =
    [
        new(
            "incident_id index",
            "An incident is asked for by its number alone.",
            $"CREATE INDEX kubememory_incident_id IF NOT EXISTS FOR (n:{GraphLabels.Incident}) ON (n.id)"),
        new(
            "incident_time index",
            "What began in a cluster between two times.",
            $"CREATE INDEX kubememory_incident_time IF NOT EXISTS FOR (n:{GraphLabels.Incident}) ON (n.cluster, n.occurred_at_us)"),
        new(
            "incident_previous index",
            "Who follows an incident that is projected after its successor.",
            $"CREATE INDEX kubememory_incident_previous IF NOT EXISTS FOR (n:{GraphLabels.Incident}) ON (n.previous)"),
    ];

    /// <summary>Before anything is written; each harmless when repeated.</summary>
    public static IReadOnlyList<CypherStatement> Prepare { get; } = [.. Constraints, .. Indexes];

    public static CypherStatement Ping { get; } = new("ping", "Whether the database answers. Returns one.", "RETURN 1 AS one");

    /// <remarks>
    /// The incident is written to first, because that takes its lock: of two that come at once, the second one reads the version that the first
    /// one left. The cluster's name is written only where it changed, so that batches do not queue for the lock of their common cluster.
    /// </remarks>
    public static CypherStatement Upsert { get; } = new(
        "upsert incidents",
        """
        Puts in each row's incident, what it hangs on, and the edges between them. A row whose version is lower than the incident's in the graph does
        nothing. FOLLOWS is drawn to and from the incidents that are in the graph, whichever came first. Takes nothing off. Returns nothing that is used.
        """,
        $$"""
        UNWIND $rows AS row
        MERGE (i:{{GraphLabels.Incident}} {key: row.key})
        SET i.offered = row.version
        WITH row, i
        WHERE coalesce(i.version, -1) <= row.version
        SET i += row.properties
        SET i.version = row.version,
            i.occurred_at = datetime(row.occurred_at),
            i.last_seen_at = datetime(row.last_seen_at),
            i.resolved_at = datetime(row.resolved_at)
        MERGE (cluster:{{GraphLabels.Cluster}} {key: row.cluster.key})
        FOREACH (_ IN CASE WHEN cluster.name = row.cluster.name THEN [] ELSE [1] END | SET cluster.name = row.cluster.name)
        MERGE (namespace:{{GraphLabels.Namespace}} {key: row.namespace.key})
        ON CREATE SET namespace.name = row.namespace.name
        MERGE (namespace)-[:{{PartOf}}]->(cluster)
        MERGE (workload:{{GraphLabels.Workload}} {key: row.workload.key})
        ON CREATE SET workload.name = row.workload.name
        MERGE (workload)-[:{{PartOf}}]->(namespace)
        MERGE (i)-[:{{Struck}}]->(workload)
        FOREACH (pod IN row.pods |
            MERGE (p:{{GraphLabels.Pod}} {key: pod.key})
            ON CREATE SET p.name = pod.name
            MERGE (i)-[:{{Affected}}]->(p)
            MERGE (p)-[:{{BelongsTo}} {incident: row.key}]->(workload)
            FOREACH (node IN pod.nodes |
                MERGE (n:{{GraphLabels.Node}} {key: node.key})
                ON CREATE SET n.name = node.name
                MERGE (p)-[:{{RunsOn}} {incident: row.key}]->(n)
                MERGE (n)-[:{{PartOf}}]->(cluster)))
        FOREACH (image IN row.images |
            MERGE (m:{{GraphLabels.Image}} {key: image.key})
            ON CREATE SET m.name = image.name
            MERGE (i)-[:{{Ran}}]->(m))
        FOREACH (rollout IN row.rollouts |
            MERGE (r:{{GraphLabels.Rollout}} {key: rollout.key})
            SET r.name = rollout.name, r.at = datetime(rollout.at)
            MERGE (r)-[:{{Changed}}]->(workload)
            MERGE (i)-[:{{After}}]->(r))
        FOREACH (fix IN row.fixes |
            MERGE (f:{{GraphLabels.Fix}} {key: fix.key})
            SET f.name = fix.name, f.worked = fix.worked
            MERGE (f)-[:{{Fixed}}]->(i))
        WITH i, row
        OPTIONAL MATCH (before:{{GraphLabels.Incident}} {key: row.properties.previous})
        FOREACH (b IN CASE WHEN before IS NULL THEN [] ELSE [before] END | MERGE (i)-[:{{Follows}}]->(b))
        WITH i
        OPTIONAL MATCH (next:{{GraphLabels.Incident}} {previous: i.key})
        FOREACH (n IN CASE WHEN next IS NULL THEN [] ELSE [next] END | MERGE (n)-[:{{Follows}}]->(i))
        RETURN count(DISTINCT i) AS incidents
        """,
        """
        {"rows":[{
          "key":"Incident|cluster-1|42","version":7,
          "properties":{"id":42,"name":"web crashes: exit code 1","cluster":"Cluster|cluster-1","namespace":"Namespace|cluster-1|shop",
            "container":"app","family":"StartAndCrash","type":"CrashLoopBackOff","severity":"High","status":"Open","signature":"CrashLoopBackOff: exit code 1",
            "occurrences":25,"occurred_at_us":1740830400000000,"last_seen_at_us":1740831000000000,"previous":"Incident|cluster-1|40","storm":null},
          "occurred_at":"2025-03-01T12:00:00.000000Z","last_seen_at":"2025-03-01T12:10:00.000000Z","resolved_at":null,
          "cluster":{"key":"Cluster|cluster-1","name":"production"},
          "namespace":{"key":"Namespace|cluster-1|shop","name":"shop"},
          "workload":{"key":"Workload|cluster-1|shop|Deployment|web","name":"Deployment/web"},
          "pods":[{"key":"Pod|cluster-1|shop|web-1","name":"web-1","nodes":[{"key":"Node|cluster-1|node-1","name":"node-1"}]}],
          "images":[{"key":"Image|cluster-1|registry.example.com/web:1.2","name":"registry.example.com/web:1.2"}],
          "rollouts":[{"key":"Rollout|cluster-1|shop|Deployment|web|4","name":"Revision 4","at":"2025-03-01T11:55:00.000000Z"}],
          "fixes":[{"key":"Fix|cluster-1|3","name":"Raised the memory limit","worked":true}]}]}
        """);

    /// <remarks>
    /// Everything is gathered into one row before the first deletion, so that what two incidents of a batch both leave is seen with both edges
    /// gone. A thing is written to before it is asked what holds it: that takes its lock, and who puts it under another incident meanwhile waits.
    /// </remarks>
    public static CypherStatement TakeOff { get; } = new(
        "take off what no longer is",
        """
        For each row whose version is the incident's in the graph: deletes its edges AFFECTED, RAN and AFTER to things outside keep, the edges RUNS_ON
        and BELONGS_TO that it said of its pods and that are not in said (pairs of pod and target), and its fixes outside keep. Then deletes those of
        the things at the ends of deleted edges that nothing holds any more. Returns nothing that is used.
        """,
        $$"""
        UNWIND $rows AS row
        MATCH (i:{{GraphLabels.Incident}} {key: row.key})
        WHERE i.version = row.version
        OPTIONAL MATCH (i)-[:{{Affected}}]->(pod:{{GraphLabels.Pod}})-[was:{{RunsOn}}|{{BelongsTo}}]->(place)
        WHERE was.incident = row.key AND NOT [pod.key, place.key] IN row.said
        WITH row, i, collect(DISTINCT was) AS said, collect(DISTINCT place) AS places
        OPTIONAL MATCH (i)-[own:{{Affected}}|{{Ran}}|{{After}}]->(thing)
        WHERE NOT thing.key IN row.keep
        WITH row, i, said, places, collect(DISTINCT own) AS own, collect(DISTINCT thing) AS things
        OPTIONAL MATCH (fix:{{GraphLabels.Fix}})-[:{{Fixed}}]->(i)
        WHERE NOT fix.key IN row.keep
        WITH i, said, own, places, things, collect(DISTINCT fix) AS fixes
        WITH collect(said + own) AS edges, collect(places + things) AS things, collect(fixes) AS fixes
        FOREACH (some IN edges | FOREACH (edge IN some | DELETE edge))
        FOREACH (some IN fixes | FOREACH (fix IN some | DETACH DELETE fix))
        WITH things
        UNWIND things AS some
        UNWIND some AS thing
        WITH DISTINCT thing
        SET thing.leaving = true
        WITH thing, EXISTS { (thing)<-[:{{Holds}}]-() } AS held
        FOREACH (_ IN CASE WHEN held THEN [1] ELSE [] END | REMOVE thing.leaving)
        FOREACH (_ IN CASE WHEN held THEN [] ELSE [1] END | DETACH DELETE thing)
        RETURN count(*) AS left
        """,
        """
        {"rows":[{"key":"Incident|cluster-1|42","version":7,
          "keep":["Pod|cluster-1|shop|web-1","Image|cluster-1|registry.example.com/web:1.2","Rollout|cluster-1|shop|Deployment|web|4","Fix|cluster-1|3"],
          "said":[["Pod|cluster-1|shop|web-1","Workload|cluster-1|shop|Deployment|web"],["Pod|cluster-1|shop|web-1","Node|cluster-1|node-1"]]}]}
        """);

    public static CypherStatement Delete { get; } = new(
        "delete incidents",
        """
        Deletes the incidents of these numbers with their fixes and with what they said of their pods; then those of the things they hung on that
        nothing holds any more, then the namespaces without a workload, then the clusters without anything. Returns nothing that is used.
        """,
        $$"""
        UNWIND $ids AS id
        MATCH (i:{{GraphLabels.Incident}} {id: id})
        OPTIONAL MATCH (fix:{{GraphLabels.Fix}})-[:{{Fixed}}]->(i)
        WITH i, collect(DISTINCT fix) AS fixes
        OPTIONAL MATCH (i)-[:{{Struck}}]->(:{{GraphLabels.Workload}})-[:{{PartOf}}]->(namespace:{{GraphLabels.Namespace}})-[:{{PartOf}}]->(cluster:{{GraphLabels.Cluster}})
        WITH i, fixes, collect(DISTINCT namespace) AS namespaces, collect(DISTINCT cluster) AS clusters
        OPTIONAL MATCH (i)-[:{{Hangs}}]->(thing)
        OPTIONAL MATCH (thing)-[was:{{RunsOn}}|{{BelongsTo}}]->(place)
        WHERE was.incident = i.key
        WITH i, fixes, namespaces, clusters, collect(DISTINCT was) AS said, collect(DISTINCT thing) + collect(DISTINCT place) AS things
        WITH collect(i) AS incidents, collect(fixes) AS fixes, collect(namespaces) AS namespaces, collect(clusters) AS clusters, collect(said) AS said, collect(things) AS things
        FOREACH (some IN said | FOREACH (edge IN some | DELETE edge))
        FOREACH (some IN fixes | FOREACH (fix IN some | DETACH DELETE fix))
        FOREACH (i IN incidents | DETACH DELETE i)
        WITH namespaces, clusters, things
        UNWIND things AS some
        UNWIND some AS thing
        WITH DISTINCT namespaces, clusters, thing
        SET thing.leaving = true
        WITH namespaces, clusters, thing, EXISTS { (thing)<-[:{{Holds}}]-() } AS held
        FOREACH (_ IN CASE WHEN held THEN [1] ELSE [] END | REMOVE thing.leaving)
        FOREACH (_ IN CASE WHEN held THEN [] ELSE [1] END | DETACH DELETE thing)
        WITH namespaces, clusters, count(*) AS swept
        UNWIND namespaces AS some
        UNWIND some AS namespace
        WITH DISTINCT clusters, namespace
        SET namespace.leaving = true
        WITH clusters, namespace, EXISTS { (namespace)<-[:{{PartOf}}]-() } AS held
        FOREACH (_ IN CASE WHEN held THEN [1] ELSE [] END | REMOVE namespace.leaving)
        FOREACH (_ IN CASE WHEN held THEN [] ELSE [1] END | DETACH DELETE namespace)
        WITH clusters, count(*) AS swept
        UNWIND clusters AS some
        UNWIND some AS cluster
        WITH DISTINCT cluster
        SET cluster.leaving = true
        WITH cluster, EXISTS { (cluster)<-[:{{PartOf}}]-() } AS held
        FOREACH (_ IN CASE WHEN held THEN [1] ELSE [] END | REMOVE cluster.leaving)
        FOREACH (_ IN CASE WHEN held THEN [] ELSE [1] END | DETACH DELETE cluster)
        RETURN count(*) AS swept
        """,
        """{"ids":[42,43]}""");

    /// <remarks>
    /// The namespace is compared, not walked to: a path from a workload up and down again would use one relationship twice, which no match does.
    /// </remarks>
    public static CypherStatement CoOccurring { get; } = new(
        "co-occurring incidents",
        """
        The other incidents of the same cluster that began at most within_us microseconds before or after the incident of this number, nearest first,
        then by number, at most max. Returns id, apart_us (negative where the other one began first), and whether both share the namespace, the workload,
        a pod, a node on which each says a pod of its own ran, and an image.
        """,
        $$"""
        MATCH (a:{{GraphLabels.Incident}} {id: $id})
        MATCH (b:{{GraphLabels.Incident}})
        WHERE b.cluster = a.cluster
          AND b.occurred_at_us >= a.occurred_at_us - $within_us
          AND b.occurred_at_us <= a.occurred_at_us + $within_us
          AND b.key <> a.key
        WITH a, b, b.occurred_at_us - a.occurred_at_us AS apart_us
        ORDER BY abs(apart_us), b.id
        LIMIT $max
        RETURN b.id AS id,
            apart_us,
            b.namespace = a.namespace AS namespace,
            EXISTS { (a)-[:{{Struck}}]->(:{{GraphLabels.Workload}})<-[:{{Struck}}]-(b) } AS workload,
            EXISTS { (a)-[:{{Affected}}]->(:{{GraphLabels.Pod}})<-[:{{Affected}}]-(b) } AS pod,
            EXISTS {
                MATCH (a)-[:{{Affected}}]->(:{{GraphLabels.Pod}})-[mine:{{RunsOn}}]->(:{{GraphLabels.Node}})<-[theirs:{{RunsOn}}]-(:{{GraphLabels.Pod}})<-[:{{Affected}}]-(b)
                WHERE mine.incident = a.key AND theirs.incident = b.key
            } AS node,
            EXISTS { (a)-[:{{Ran}}]->(:{{GraphLabels.Image}})<-[:{{Ran}}]-(b) } AS image
        ORDER BY abs(apart_us), id
        """,
        """{"id":42,"within_us":1800000000,"max":50}""");

    public static CypherStatement Neighbours { get; } = new(
        "neighbouring incidents",
        """
        The other incidents that share a workload, pod, image or rollout with the incident of this number, or a node on which each says a pod of its own
        ran; those seen last first, then by number, at most max. Returns id.
        """,
        $$"""
        MATCH (a:{{GraphLabels.Incident}} {id: $id})
        OPTIONAL MATCH (a)-[:{{Hangs}}]->()<-[:{{Hangs}}]-(same:{{GraphLabels.Incident}})
        WITH a, collect(DISTINCT same) AS same
        OPTIONAL MATCH (a)-[:{{Affected}}]->(:{{GraphLabels.Pod}})-[mine:{{RunsOn}}]->(:{{GraphLabels.Node}})<-[theirs:{{RunsOn}}]-(:{{GraphLabels.Pod}})<-[:{{Affected}}]-(beside:{{GraphLabels.Incident}})
        WHERE mine.incident = a.key AND theirs.incident = beside.key AND beside.key <> a.key
        WITH same, collect(DISTINCT beside) AS beside
        UNWIND same + beside AS other
        WITH DISTINCT other
        ORDER BY other.last_seen_at_us DESC, other.id
        LIMIT $max
        RETURN other.id AS id
        """,
        """{"id":42,"max":20}""");

    public static CypherStatement Parts { get; } = new(
        "what incidents hang on",
        """
        Every edge that these incidents say: their own, those up to the cluster, what they say of their pods (and not what others say of them), their
        rollouts', and those of their fixes. Returns incident (the number of the one that says it), from and to with key, label, name and, of incidents,
        number, and type. An incident that is not in the graph has none; one that is has at least STRUCK.
        """,
        $$"""
        MATCH (i:{{GraphLabels.Incident}})
        WHERE i.id IN $ids
        MATCH path = (i)-[:{{Hangs}}|{{BelongsTo}}|{{RunsOn}}|{{PartOf}}|{{Changed}}*1..4]->()
        WHERE all(step IN relationships(path) WHERE coalesce(step.incident, i.key) = i.key)
        WITH i, last(relationships(path)) AS edge
        WITH DISTINCT i, edge
        WITH i, edge, startNode(edge) AS from, endNode(edge) AS to
        RETURN i.id AS incident,
            from.key AS from_key, head(labels(from)) AS from_label, from.name AS from_name, from.id AS from_id,
            type(edge) AS type,
            to.key AS to_key, head(labels(to)) AS to_label, to.name AS to_name, to.id AS to_id
        UNION ALL
        MATCH (i:{{GraphLabels.Incident}})
        WHERE i.id IN $ids
        MATCH (i)-[:{{Follows}}]->(to:{{GraphLabels.Incident}})
        RETURN i.id AS incident,
            i.key AS from_key, '{{GraphLabels.Incident}}' AS from_label, i.name AS from_name, i.id AS from_id,
            '{{Follows}}' AS type,
            to.key AS to_key, '{{GraphLabels.Incident}}' AS to_label, to.name AS to_name, to.id AS to_id
        UNION ALL
        MATCH (i:{{GraphLabels.Incident}})
        WHERE i.id IN $ids
        MATCH (from:{{GraphLabels.Fix}})-[:{{Fixed}}]->(i)
        RETURN i.id AS incident,
            from.key AS from_key, '{{GraphLabels.Fix}}' AS from_label, from.name AS from_name, null AS from_id,
            '{{Fixed}}' AS type,
            i.key AS to_key, '{{GraphLabels.Incident}}' AS to_label, i.name AS to_name, i.id AS to_id
        """,
        """{"ids":[42,43]}""");

    public static CypherStatement Count { get; } = new(
        "count incidents",
        "How many incidents there are. Returns incidents.",
        $"MATCH (i:{GraphLabels.Incident}) RETURN count(i) AS incidents");

    public static CypherStatement Drop { get; } = new(
        "drop",
        "Deletes at most max nodes of the graph's labels, incidents first or last alike, with their edges. Returns dropped; repeated until that is 0.",
        $"MATCH (n:{AllLabels}) WITH n LIMIT $max DETACH DELETE n RETURN count(*) AS dropped",
        """{"max":10000}""");

    public static IReadOnlyList<CypherStatement> All { get; } = [.. Prepare, Ping, Upsert, TakeOff, Delete, CoOccurring, Neighbours, Parts, Count, Drop];

    private static CypherStatement Unique(string label, string text) => new($"{label} constraint", "Its key tells it apart, cluster included; MERGE finds it by that.", text);
}
