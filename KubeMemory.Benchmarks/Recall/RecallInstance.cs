using System.Globalization;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Redaction;
using KubeMemory.Core.Signals;

namespace KubeMemory.Benchmarks.Recall;

/// <summary>Where a fault strikes.</summary>
internal sealed record RecallPlace(string Cluster, string Namespace, string Workload, string Kind, string Container, string Image, string Node);

/// <summary>
/// One incident of a fault, told as a watcher tells it: an event, the container's state, a log with lines that say nothing. The same seed gives the
/// same incident.
/// </summary>
internal sealed class RecallInstance(RecallFault fault, FaultWording wording, RecallPlace place, int seed, DateTimeOffset at)
{
    private static readonly string[] Hosts = ["orders-db", "postgres", "redis-master", "kafka-0.kafka", "vault.security", "mongo.data", "rabbitmq", "elastic.logging", "auth.identity.svc", "mysql-primary", "billing-db.finance", "etcd.infra"];
    private static readonly string[] Tables = ["orders", "invoices", "sessions", "products", "accounts", "events", "carts", "refunds", "stock", "prices", "tokens", "coupons", "ledger", "shipments", "audit", "profiles"];
    private static readonly string[] Keys = ["DATABASE_URL", "REDIS_HOST", "JWT_SECRET", "API_TOKEN", "SMTP_HOST", "S3_BUCKET", "STRIPE_KEY", "KAFKA_BROKERS", "LOG_FORMAT", "SENTRY_DSN"];
    private static readonly string[] Files = ["/etc/app/config.yaml", "/var/lib/data/index.db", "/config/settings.json", "/data/cache/blob", "/srv/conf/app.yml", "/var/log/app/current"];

    /// <summary>What applications say when nothing is wrong, or nothing that matters.</summary>
    private static readonly string[] Noise =
    [
        "starting version {n}.4.{n}", "listening on port {port}", "configuration loaded from environment", "connected to metrics endpoint", "loaded {n} routes",
        "cache warmed with {n} entries", "deprecated option log_style is ignored", "using {n} worker threads", "health endpoint registered at /healthz",
        "GET /healthz 200 {n}ms", "feature flags refreshed", "registering handlers for {table}", "scheduler started", "tracing disabled", "build {hex} of branch main",
        "waiting for dependencies", "running as uid 1000", "retrying in {n}s", "memory limit {n}Mi detected", "time zone UTC",
    ];

    private readonly Random _random = new(seed);

    public RecallFault Fault => fault;

    public RecallPlace Place => place;

    public DateTimeOffset At => at;

    /// <summary>Its pod, event and log as signals: what failed, and how to answer when the incident asks for evidence.</summary>
    public (FailureSignal Failure, Func<long, EvidenceSignal> Evidence) Signals()
    {
        var pod = PodOf();
        var view = new ClusterView();
        view.Set(pod);
        var message = wording.Reason is null ? BackOff(pod) : Fill(wording.Message, pod);
        var failure = new SignalBuilder(place.Cluster, view, Redactor.Default).FromEvent(EventOf(pod, wording.Reason ?? "BackOff", message), history: false, at)
            ?? throw new FormatException($"{fault.Id}: the event '{message}' raises nothing.");
        var log = wording.Log.Length > 0 || fault.ExitCode is not null ? Told(Fill(wording.Log, pod)) : "";
        var items = EvidenceBuilder.ContainerStates(pod, place.Container, at, Redactor.Default).ToList();
        if (log.Length > 0)
        {
            items.Add(EvidenceBuilder.Log(pod.Metadata.Name, place.Container, fault.ExitCode is not null, log, at, Redactor.Default));
        }

        failure = failure with
        {
            WorkloadKind = place.Kind,
            WorkloadName = place.Workload,
            Container = failure.Container.Length > 0 || fault.ExitCode is not null ? place.Container : "",
            Image = place.Image,
        };
        return (failure, id => new EvidenceSignal { ClusterId = place.Cluster, IncidentId = id, Items = items });
    }

    private KubePod PodOf()
    {
        var name = $"{place.Workload}-{Suffix("bcdfghjklmnpqrstvwxz2456789", 9)}-{Suffix("bcdfghjklmnpqrstvwxz2456789", 5)}";
        var status = new ContainerStatus { Name = place.Container, Image = place.Image, RestartCount = fault.ExitCode is null ? 0 : _random.Next(3, 30) };
        if (fault.ExitCode is { } code)
        {
            status.State = new ContainerState { Waiting = new WaitingState { Reason = "CrashLoopBackOff", Message = $"back-off 5m0s restarting failed container={place.Container} pod={name}_{place.Namespace}" } };
            status.LastState = new ContainerState { Terminated = new TerminatedState { ExitCode = code, Reason = fault.ExitReason, StartedAt = at.AddSeconds(-40), FinishedAt = at.AddSeconds(-20) } };
        }
        else
        {
            status.State = new ContainerState { Waiting = new WaitingState { Reason = "ContainerCreating" } };
        }

        return new KubePod
        {
            Metadata = new ObjectMeta { Name = name, Namespace = place.Namespace, Uid = Uid(), CreationTimestamp = at.AddHours(-1) },
            Spec = new PodSpec { NodeName = place.Node, Containers = [new ContainerSpec { Name = place.Container, Image = place.Image }] },
            Status = new PodStatus { Phase = "Pending", StartTime = at.AddHours(-1), ContainerStatuses = [status] },
        };
    }

    private KubeEvent EventOf(KubePod pod, string reason, string message)
    {
        var isOfContainer = fault.ExitCode is not null || reason is "Failed" or "BackOff" or "Unhealthy" or "FailedPostStartHook";
        return new KubeEvent
        {
            Metadata = new ObjectMeta { Name = $"{pod.Metadata.Name}.{Suffix("0123456789abcdef", 16)}", Namespace = place.Namespace, Uid = Uid() },
            InvolvedObject = new ObjectReference
            {
                Kind = "Pod",
                Namespace = place.Namespace,
                Name = pod.Metadata.Name,
                Uid = pod.Metadata.Uid,
                FieldPath = isOfContainer ? $"spec.containers{{{place.Container}}}" : null,
            },
            Reason = reason,
            Message = message,
            Type = "Warning",
            Count = _random.Next(4, 60),
            FirstTimestamp = at.AddMinutes(-5),
            LastTimestamp = at,
        };
    }

    // Up to 1.25 the kubelet says no more than the first words.
    private string BackOff(KubePod pod) => _random.Next(3) == 0
        ? "Back-off restarting failed container"
        : $"Back-off restarting failed container {place.Container} in pod {pod.Metadata.Name}_{place.Namespace}({pod.Metadata.Uid})";

    /// <summary>The lines of the fault behind others, all in the format of one application.</summary>
    private string Told(string said)
    {
        var format = _random.Next(4);
        var noise = Enumerable.Range(0, _random.Next(2, 7)).Select(_ => Line(format, "info", Fill(Noise[_random.Next(Noise.Length)], pod: null)));
        var lines = said.Length == 0 ? [] : said.Split('\n').Select((line, i) => i == 0 ? Line(format, "error", line) : line);
        return string.Join('\n', noise.Concat(lines));
    }

    private string Line(int format, string level, string text)
    {
        var time = at.AddSeconds(-_random.Next(20, 40)).UtcDateTime;
        return format switch
        {
            0 => text,
            1 => string.Create(CultureInfo.InvariantCulture, $"{time:yyyy-MM-dd HH:mm:ss,fff} {level.ToUpperInvariant(),-5} [main] {text}"),
            2 => string.Create(CultureInfo.InvariantCulture, $"{{\"level\":\"{level}\",\"ts\":\"{time:O}\",\"msg\":{System.Text.Json.JsonSerializer.Serialize(text)}}}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"time=\"{time:yyyy-MM-ddTHH:mm:ssZ}\" level={level} msg=\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\""),
        };
    }

    private string Fill(string text, KubePod? pod)
    {
        (string Name, Func<string> Value)[] values =
        [
            ("{host}", () => Pick(Hosts)), ("{table}", () => Pick(Tables)), ("{key}", () => Pick(Keys)), ("{file}", () => Pick(Files)), ("{n}", () => Number(2, 900)),
            ("{port}", () => Pick("5432", "6379", "8080", "9092", "3306", "27017", "443")), ("{ip}", () => $"10.{Number(0, 200)}.{Number(0, 250)}.{Number(1, 250)}"),
            ("{ts}", () => at.AddDays(-3).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)), ("{hex}", () => Suffix("0123456789abcdef", 12)), ("{uid}", Uid),
            ("{user}", () => Pick("app", "orders", "svc_reader", "admin")), ("{cm}", () => Pick(Tables) + "-config"), ("{secret}", () => Pick(Tables) + "-credentials"),
            ("{vol}", () => Pick("config", "data", "certs", "settings", "tls")), ("{registry}", () => place.Image.Split('/')[0]), ("{image}", () => place.Image), ("{node}", () => place.Node),
            ("{ns}", () => place.Namespace), ("{container}", () => place.Container), ("{workload}", () => place.Workload), ("{pod}", () => pod?.Metadata.Name ?? place.Workload),
        ];
        foreach (var (name, value) in values)
        {
            // One value a text: what is named twice in it is one thing; numbers differ.
            if (name is "{n}")
            {
                for (var at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, StringComparison.Ordinal))
                {
                    text = text[..at] + value() + text[(at + name.Length)..];
                }
            }
            else if (text.Contains(name, StringComparison.Ordinal))
            {
                text = text.Replace(name, value(), StringComparison.Ordinal);
            }
        }

        return text;
    }

    private string Pick(params string[] values) => values[_random.Next(values.Length)];

    private string Number(int from, int to) => _random.Next(from, to).ToString(CultureInfo.InvariantCulture);

    private string Suffix(string letters, int length) => string.Create(length, (letters, _random), static (span, state) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = state.letters[state._random.Next(state.letters.Length)];
        }
    });

    private string Uid() => $"{Suffix("0123456789abcdef", 8)}-{Suffix("0123456789abcdef", 4)}-{Suffix("0123456789abcdef", 4)}-{Suffix("0123456789abcdef", 4)}-{Suffix("0123456789abcdef", 12)}";
}
