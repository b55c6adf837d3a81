using System.Buffers;

namespace KubeMemory.Core.Memory;

/// <summary>
/// What a text speaks of, whatever language or runtime it was written in: <c>no such host</c>, <c>UnknownHostException</c> and <c>ENOTFOUND</c> are one
/// thing. Coarser than a diagnosis and without a claim to be one: it brings together what shares no word.
/// </summary>
internal static class FailureConcepts
{
    private const char Gap = '…';
    private const int ShortestSynonym = 3;

    /// <summary>Names are plain words, because embeddings read them too. A gap stands for whatever is between two parts on one line.</summary>
    private static readonly (string Name, SearchValues<string> Phrases, (string From, string To)[] Pairs, string[] Written)[] All =
    [
        Concept("unresolvable hostname", "no such host", "unknownhost", "enotfound", "getaddrinfo", "eai_again", "name or service not known", "could not translate host name", "nxdomain",
            "name resolution", "could not resolve", "cannot resolve", "can't resolve", "failed to resolve", "no address associated with hostname", "nodename nor servname", "host not found", "servfail", "dns lookup failed", "nameresolutionerror", "name does not resolve"),
        Concept("connection refused", "connection refused", "econnrefused", "actively refused", "connectexception", "could not connect to server", "connect() failed (111"),
        Concept("connection timeout", "i/o timeout", "etimedout", "connection timed out", "connect timed out", "connecttimeout", "sockettimeout", "context deadline exceeded", "timeout expired", "operation timed out", "read timed out", "request timed out", "connection timeout"),
        Concept("connection reset", "connection reset", "econnreset", "broken pipe", "epipe", "unexpected eof", "socket hang up", "server closed the connection"),
        Concept("unreachable network", "no route to host", "network is unreachable", "ehostunreach", "enetunreach", "host is unreachable"),
        Concept("certificate untrusted", "x509", "certificate", "pkix", "ssl handshake", "sslhandshake", "tls handshake", "tls: ", "ssl_error", "sslv3", "unable_to_verify"),
        Concept("authentication rejected", "password authentication failed", "access denied for user", "authentication failed", "auth failed", "login failed", "noauth", "wrongpass", "invalid username", "invalid credentials", "invalidpassword", "sasl authentication",
            "unauthorized", "status 401", "authenticationexception", "bad credentials", "accessrefused", "access_refused"),
        Concept("permission denied", "permission denied", "eacces", "operation not permitted", "eperm", "access is denied", "accessdenied", "unauthorizedaccess", "permissionerror"),
        Concept("read only filesystem", "read-only file system", "erofs", "readonly filesystem", "read only file system"),
        Concept("no disk space", "no space left", "enospc", "disk full", "disk quota exceeded", "not enough space", "insufficient disk"),
        Concept("file missing", "no such file", "enoent", "filenotfound", "nosuchfile", "file not found", "cannot open file", "can't open file", "does not exist: /"),
        Concept("command missing", "executable file not found", "command not found", "exec: \"", "sh: 1: ", "no such file or directory: unknown"),
        Concept("wrong architecture", "exec format error", "wrong architecture", "no match for platform", "no matching manifest"),
        Concept("port occupied", "address already in use", "eaddrinuse", "bind: address", "port already in use", "port is already", "addressinuse", "failed to bind", "bindexception"),
        Concept("too many open files", "too many open files", "emfile", "enfile"),
        Concept("memory exhausted", "out of memory", "outofmemory", "oomkilled", "heap space", "heap limit", "cannot allocate memory", "enomem", "memoryerror", "bad_alloc", "gc overhead", "exit code 137, reason oomkilled", "memory limit"),
        Concept("segmentation fault", "segmentation fault", "sigsegv", "segfault", "exit code 139", "core dumped"),
        Concept("null reference", "nil pointer", "nullpointer", "null reference", "nullreference", "of undefined", "of null", "nonetype", "undefined method"),
        Concept("module missing", "modulenotfound", "no module named", "cannot find module", "classnotfound", "noclassdeffound", "importerror", "could not load file or assembly", "cannot load such file", "module_not_found", "class not found", "shared librar", "nosuchmethoderror"),
        Concept("setting missing", "environment variable", "env var", "is not set", "must be set", "keyerror", "missing required", "required variable", "required key", "missing configuration", "config key", "could not resolve placeholder", "required setting", "not configured", "is required", "required property"),
        Concept("configuration unparsable", "yaml:", "yamlexception", "scannererror", "json parse", "jsondecode", "unexpected token", "invalid character", "parse error", "failed to parse", "cannot unmarshal", "syntax error", "unknown directive", "invalid configuration", "unmarshal"),
        Concept("migration failed", "migration", "flyway", "liquibase", "alembic", "schema version", "prisma migrate"),
        Concept("table missing", "no such table", "sqlstate 42p01", "undefinedtable", "relation \"…\" does not exist", "table '…' doesn't exist", "undefined table", "unknown table", "invalid object name"),
        Concept("column or table already there", "duplicate column", "already exists", "duplicatetable", "sqlstate 42p07", "sqlstate 42701"),
        Concept("deadlock or lock", "deadlock", "lock timeout", "could not obtain lock", "lock wait", "state lock", "is locked"),
        Concept("too many connections", "too many connections", "too many clients", "connection pool", "remaining connection slots", "pool exhausted", "maxclients"),
        Concept("image missing", "manifest unknown", "manifest for", "name unknown", "image not found", "repository does not exist", "failed to resolve reference", "not found: manifest"),
        Concept("image unauthorised", "pull access denied", "no basic auth", "authorization failed", "insufficient_scope", "imagepullsecret", "authentication required"),
        Concept("rate limit", "toomanyrequests", "too many requests", "429 too many", "rate limit", "throttl"),
        Concept("invalid image name", "invalidimagename", "invalid reference format", "couldn't parse image", "could not parse image"),
        Concept("configmap missing", "configmap \"", "configmaps \"", "configmap not found"),
        Concept("secret missing", "secret \"", "secrets \"", "secret not found"),
        Concept("key missing", "couldn't find key", "non-existent config key", "non-existent secret key", "references non-existent"),
        Concept("insufficient cpu", "insufficient cpu"),
        Concept("insufficient memory", "insufficient memory"),
        Concept("insufficient storage", "insufficient ephemeral-storage"),
        Concept("too many pods", "too many pods"),
        Concept("untolerated taint", "untolerated taint", "had taint", "that the pod didn't tolerate"),
        Concept("affinity unmet", "node affinity", "node selector", "anti-affinity", "topology spread", "affinity/selector"),
        Concept("claim unbound", "unbound immediate persistentvolumeclaims", "unbound persistentvolumeclaims", "persistentvolumeclaim \"", "waitforfirstconsumer", "no volume plugin matched", "storageclass"),
        Concept("volume zone", "volume node affinity conflict", "no available volume zone"),
        Concept("volume attached elsewhere", "multi-attach", "already exclusively attached", "volume is already attached", "volumeinuse"),
        Concept("mount failed", "mount failed", "mountvolume", "mount.nfs", "unable to attach or mount", "attachvolume"),
        Concept("host port taken", "free ports for the requested"),
        Concept("quota exceeded", "exceeded quota", "quota exceeded", "limitrange", "maximum cpu usage", "maximum memory usage", "minimum cpu usage"),
        Concept("webhook", "admission webhook", "failed calling webhook", "denied the request"),
        Concept("probe statuscode", "statuscode:"),
        Concept("probe timeout", "client.timeout exceeded", "probe timed out", "probe failed: context deadline"),
        Concept("network plugin", "cni", "network plugin", "failed to setup network", "pod sandbox", "podsandbox", "calico", "cilium", "flannel"),
        Concept("addresses exhausted", "no ip addresses available", "no available ip", "ip pool", "failed to assign an ip", "insufficientfreeaddresses", "range is full", "ipam"),
        Concept("node pressure", "diskpressure", "memorypressure", "pidpressure", "was low on resource", "disk pressure", "memory pressure"),
        Concept("node not ready", "not ready", "notready", "node is shutting down", "unreachable taint", "kubelet stopped"),
        Concept("preempted", "preempted by", "preempted to", "preempting"),
        Concept("job backoff limit", "backofflimit", "backoff limit"),
        Concept("job deadline", "activedeadline", "deadlineexceeded", "was active on the node longer"),
        Concept("runs as root", "runasnonroot", "run as non-root", "will run as root", "must not run as root", "non-numeric user"),
        Concept("lifecycle hook", "poststarthook", "prestophook", "failedpoststart", "failedprestop"),
        Concept("leader election", "leader election", "lost lease", "leaderelection lost", "not the leader"),
        Concept("topic missing", "unknown_topic", "unknown topic", "nosuchbucket", "bucket does not exist", "queue does not exist", "index_not_found"),
        Concept("database missing", "database \"…\" does not exist", "unknown database", "database does not exist", "sqlstate 3d000", "keyspace '…' does not exist", "cannot open database"),
        Concept("database role missing", "role \"…\" does not exist", "no such user"),
        Concept("version mismatch", "incompatible", "version mismatch", "unsupported version", "unsupported protocol", "requires version", "glibc_", "unsupportedclassversion"),
        Concept("cluster permission", "is forbidden: user", "cannot list resource", "cannot get resource", "cannot watch resource", "serviceaccount:"),
        Concept("license", "license expired", "licence", "license key", "invalid license"),
    ];

    /// <summary>In the order of the list, at most <paramref name="max"/>.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<string> lines, int max)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var text = string.Join('\n', lines);
        return [.. All.Where(concept => text.AsSpan().ContainsAny(concept.Phrases) || Array.Exists(concept.Pairs, pair => HasPair(text, pair))).Take(max).Select(concept => concept.Name)];
    }

    /// <summary>How else the same may be written: phrases of letters and digits, those of the first concepts first.</summary>
    public static IReadOnlyList<string> SynonymsOf(IReadOnlyList<string> concepts, int max)
    {
        ArgumentNullException.ThrowIfNull(concepts);
        return
        [
            .. concepts.SelectMany(name => All.Where(concept => concept.Name == name)).SelectMany(concept => concept.Written)
                .Select(phrase => string.Join(' ', SearchWords.Of(phrase.Split(Gap)[0], most: 6)))
                .Where(phrase => phrase.Length > ShortestSynonym).Distinct(StringComparer.Ordinal).Take(max),
        ];
    }

    private static bool HasPair(string text, (string From, string To) pair)
    {
        for (var at = text.IndexOf(pair.From, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(pair.From, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var rest = text.AsSpan(at + pair.From.Length);
            var end = rest.IndexOf('\n');
            if ((end < 0 ? rest : rest[..end]).Contains(pair.To, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static (string, SearchValues<string>, (string, string)[], string[]) Concept(string name, params string[] phrases)
    {
        var pairs = Array.FindAll(phrases, phrase => phrase.Contains(Gap));
        return (
            name,
            SearchValues.Create(Array.FindAll(phrases, phrase => !phrase.Contains(Gap)), StringComparison.OrdinalIgnoreCase),
            Array.ConvertAll(pairs, phrase => (phrase[..phrase.IndexOf(Gap)], phrase[(phrase.IndexOf(Gap) + 1)..])),
            phrases);
    }
}
