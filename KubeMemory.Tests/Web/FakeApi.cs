using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.ServiceDefaults.Access;
using KubeMemory.Web.Incidents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KubeMemory.Tests.Web;

/// <summary>The API as the dashboard sees it, over real HTTP, with what a test puts into it.</summary>
internal sealed class FakeApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<LiveChange> _feed = [];
    private readonly HashSet<Channel<int>> _readers = [];
    private readonly Lock _lock = new();
    private int _cuts;

    private FakeApi(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public ConcurrentDictionary<long, IncidentDetail> Incidents { get; } = [];

    public IReadOnlyList<WatchStatus> Clusters { get; set; } = [FakeIncidents.Watching("prod-eu")];

    /// <summary>Every request fails with this, when set.</summary>
    public string? Outage { get; set; }

    /// <summary>A change is refused with this, when set.</summary>
    public string? Refusal { get; set; }

    /// <summary>Requests whose address holds the key fail with the value.</summary>
    public ConcurrentDictionary<string, string> Failing { get; } = [];

    /// <summary>Requests whose address holds the key wait for the value.</summary>
    public ConcurrentDictionary<string, Task> Held { get; } = [];

    /// <summary>Of incidents that are not in it there is none yet.</summary>
    public ConcurrentDictionary<long, AnalysisView> Analyses { get; } = [];

    public ConcurrentDictionary<long, SimilarIncidentList> Similar { get; } = [];

    public ConcurrentDictionary<long, FixesOfIncident> Fixes { get; } = [];

    public ConcurrentDictionary<long, IncidentCorrelation> Correlations { get; } = [];

    public ConcurrentDictionary<long, Runbook> Runbooks { get; } = [];

    /// <summary>Last-Event-ID of each connection to the stream, empty for none.</summary>
    public ConcurrentQueue<string> StreamConnections { get; } = new();

    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Requests without it are refused, when set.</summary>
    public string? ServiceKey { get; set; }

    /// <summary>For whom each change was asked: user and role, as the dashboard says.</summary>
    public ConcurrentQueue<(string User, string Role)> Changers { get; } = new();

    /// <param name="port">0, or the port of an API that has stopped and comes back.</param>
    public static async Task<FakeApi> StartAsync(IEnumerable<IncidentDetail>? incidents = null, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        builder.Services.ConfigureHttpJsonOptions(o => ContractJson.Configure(o.SerializerOptions));
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.Zero);
        var api = new FakeApi(builder.Build());
        foreach (var incident in incidents ?? [])
        {
            api.Incidents[incident.Id] = incident;
        }

        api.Map();
        await api._app.StartAsync();
        return api;
    }

    /// <summary>Puts an incident in and tells everyone who listens.</summary>
    public void Push(string kind, IncidentDetail incident, bool history = false)
    {
        Incidents[incident.Id] = incident;
        Push(new LiveChange(kind, FakeIncidents.Summary(incident), History: history));
    }

    public void Push(LiveChange change)
    {
        lock (_lock)
        {
            _feed.Add(change);
            foreach (var reader in _readers)
            {
                reader.Writer.TryWrite(1);
            }
        }
    }

    /// <summary>Cuts every open stream, as a network does.</summary>
    public void CutStreams()
    {
        lock (_lock)
        {
            // What is pushed from now on must not slip through a stream that has not ended yet.
            _cuts++;
            foreach (var reader in _readers)
            {
                reader.Writer.TryComplete();
            }
        }
    }

    public async Task StreamsAsync(int atLeast, CancellationToken cancellationToken)
    {
        while (StreamConnections.Count < atLeast)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        CutStreams();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private void Map()
    {
        _app.Use(async (context, next) =>
        {
            Requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            if (Outage is { } outage)
            {
                await Results.Problem(outage, statusCode: 503).ExecuteAsync(context);
                return;
            }

            if (ServiceKey is { } key && context.Request.Headers[AccessHeaders.Key] != key)
            {
                await Results.Problem("The key is not known.", statusCode: 401).ExecuteAsync(context);
                return;
            }

            var address = context.Request.Path.Value!;
            if (Held.FirstOrDefault(h => address.Contains(h.Key, StringComparison.Ordinal)).Value is { } held)
            {
                await held.WaitAsync(context.RequestAborted);
            }

            if (Failing.FirstOrDefault(f => address.Contains(f.Key, StringComparison.Ordinal)).Value is { } failure)
            {
                await Results.Problem(failure, statusCode: 503).ExecuteAsync(context);
                return;
            }

            if (!HttpMethods.IsGet(context.Request.Method))
            {
                Changers.Enqueue((context.Request.Headers[AccessHeaders.User].ToString(), context.Request.Headers[AccessHeaders.Role].ToString()));
            }

            await next(context);
        });
        _app.MapGet("/api/incidents/", (HttpRequest request) => List(request));
        _app.MapGet("/api/incidents/{id:long}", (long id) => Incidents.TryGetValue(id, out var found)
            ? Results.Ok(found)
            : Results.Problem($"There is no incident {id}.", statusCode: 404));
        _app.MapPatch("/api/incidents/{id:long}", (long id, IncidentPatch patch) => Patch(id, patch));
        MapMemory();
        _app.MapGet("/api/status", Status);
        _app.MapGet("/api/incidents/stream", StreamAsync);
    }

    private void MapMemory()
    {
        _app.MapGet("/api/agents/analysis/{id:long}/", (long id) => Analyses.GetValueOrDefault(id) ?? new AnalysisView(id, AnalysisState.None, null));
        _app.MapPost("/api/agents/analyze/{id:long}/", (long id) => Change(() => Hear(id, AnalysisState.Queued)));
        _app.MapDelete("/api/agents/analyze/{id:long}/", (long id) => Change(() => Hear(id, AnalysisState.Cancelled)));
        _app.MapPost("/api/agents/runbook/{id:long}/", (long id) => Runbooks.TryGetValue(id, out var runbook)
            ? runbook
            : new Runbook($"incident-{id}.md", Incidents.TryGetValue(id, out var incident) ? FakeMemory.Runbook(incident) : "# Gone\n"));
        _app.MapGet("/api/incidents/{id:long}/similar/", (long id) => Similar.GetValueOrDefault(id) ?? new SimilarIncidentList([]));
        _app.MapGet("/api/incidents/{id:long}/correlation/", (long id) => Correlations.GetValueOrDefault(id) ?? new IncidentCorrelation([], [], [], new(1, 1, 1, [])));
        _app.MapGet("/api/incidents/{id:long}/fixes/", FixesOf);
        _app.MapPost("/api/incidents/{id:long}/fixes/", (long id, FixCreate fix) => Change(() => ChangeFixes(
            id, fixes => [FakeMemory.Fix(fixes.Count + 100, Incidents[id], fix.Text ?? "", fix.Worked, fix.Correction), .. fixes])));
        _app.MapPatch("/api/fixes/{id:long}/", (long id, FixPatch patch) => Change(() => ChangeFixes(OwnerOf(id), fixes =>
        [
            .. fixes.Select(fix => fix.Id != id ? fix : fix with
            {
                Text = patch.Text ?? fix.Text,
                Worked = patch.Worked ?? fix.Worked,
                Correction = patch.Correction is null ? fix.Correction : patch.Correction.Length == 0 ? null : patch.Correction,
                EditedAt = TimeProvider.System.GetUtcNow(),
            }),
        ])));
        _app.MapDelete("/api/fixes/{id:long}/", (long id) => Change(() => ChangeFixes(OwnerOf(id), fixes => [.. fixes.Where(fix => fix.Id != id)])));
    }

    /// <summary>How far an analysis is, told to everyone who listens.</summary>
    public void Hear(long id, AnalysisState state, string? draft = null, AnalysisResult? result = null, string? reason = null, DateTimeOffset? retryAt = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        Analyses[id] = new AnalysisView(
            id, state, result ?? Analyses.GetValueOrDefault(id)?.Result, reason, state == AnalysisState.Queued ? now : null, state == AnalysisState.Running ? now : null, retryAt, draft);
        Push(new LiveChange(LiveChangeKinds.Analysis, null) { Analysis = new(id, state, draft) });
    }

    private IResult Change(Action change)
    {
        if (Refusal is { } refusal)
        {
            return Results.Problem(refusal, statusCode: 400);
        }

        change();
        return Results.Accepted();
    }

    private FixesOfIncident FixesOf(long id) => Fixes.GetValueOrDefault(id) ?? new FixesOfIncident([], [], []);

    private void ChangeFixes(long id, Func<IReadOnlyList<FixDto>, IReadOnlyList<FixDto>> change) =>
        Fixes[id] = FixesOf(id) with { Fixes = change(FixesOf(id).Fixes) };

    private long OwnerOf(long fixId) => Fixes.First(fixes => fixes.Value.Fixes.Any(fix => fix.Id == fixId)).Key;

    private IncidentPage List(HttpRequest request)
    {
        var filter = IncidentFilter.Parse(request.QueryString.Value ?? "");
        var ordered = Sorted(Incidents.Values.Where(i => filter.Holds(i, TimeProvider.System.GetUtcNow())), filter.Sort).ToList();
        var skip = filter.Cursor is { } cursor ? int.Parse(cursor, CultureInfo.InvariantCulture) : 0;
        return new(
            ordered.Count,
            skip + IncidentFilter.PageSize < ordered.Count ? $"/api/incidents/?cursor={skip + IncidentFilter.PageSize}" : null,
            skip > 0 ? $"/api/incidents/?cursor={Math.Max(0, skip - IncidentFilter.PageSize)}" : null,
            [.. ordered.Skip(skip).Take(IncidentFilter.PageSize).Select(FakeIncidents.Summary)]);
    }

    private static IEnumerable<IncidentDetail> Sorted(IEnumerable<IncidentDetail> incidents, string sort) => sort switch
    {
        "-severity" => incidents.OrderByDescending(i => i.Severity).ThenByDescending(i => i.LastSeenAt),
        "-occurrences" => incidents.OrderByDescending(i => i.Occurrences),
        "-occurred_at" => incidents.OrderByDescending(i => i.OccurredAt),
        _ => incidents.OrderByDescending(i => i.LastSeenAt),
    };

    private IResult Patch(long id, IncidentPatch patch)
    {
        if (Refusal is { } refusal)
        {
            return Results.Problem(refusal, statusCode: 400);
        }

        if (!Incidents.TryGetValue(id, out var found))
        {
            return Results.Problem($"There is no incident {id}.", statusCode: 404);
        }

        var now = TimeProvider.System.GetUtcNow();
        var changed = found with
        {
            Status = Wire.Statuses[patch.Status!],
            ResolvedAt = patch.Status == "resolved" ? now : null,
            Timeline = [.. found.Timeline, new TimelineEntry(now, "status", $"{found.Status.ToWire()} → {patch.Status}")],
        };
        Push(LiveChangeKinds.Updated, changed);
        return Results.Ok(FakeIncidents.Summary(changed));
    }

    private SystemStatus Status() => new(
        "0.1.0",
        TimeProvider.System.GetUtcNow(),
        Clusters,
        Enum.GetValues<Severity>().ToDictionary(s => s.ToWire(), s => Incidents.Values.LongCount(i => i.Severity == s && i.Status != IncidentStatus.Resolved)),
        Incidents.Count,
        Incidents.Values.Where(i => i.StormId is not null).Select(i => i.StormId).Distinct().Count(),
        new Dictionary<string, long> { ["received"] = 4812, ["filtered"] = 3920, ["stored"] = 892 },
        new StreamStatus(0, 0),
        [new EngineStatus("incident store", "SQLite", true, null)],
        [.. Incidents.Values.Select(i => i.Cluster).Distinct()],
        [.. Incidents.Values.Select(i => i.Namespace).Distinct()])
    {
        StormsNow = [.. Incidents.Values.Select(i => i.Storm).OfType<StormSummary>().DistinctBy(s => s.Id)],
    };

    private async Task StreamAsync(HttpContext context)
    {
        var last = context.Request.Headers["Last-Event-ID"].ToString();
        var wake = Channel.CreateUnbounded<int>();
        int at, cuts;
        lock (_lock)
        {
            cuts = _cuts;
            at = last.Length == 0 ? _feed.Count : int.Parse(last, CultureInfo.InvariantCulture);
            _readers.Add(wake);
        }

        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(": connected\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        StreamConnections.Enqueue(last);
        try
        {
            do
            {
                for (; at < _feed.Count && cuts == Volatile.Read(ref _cuts); at++)
                {
                    await context.Response.WriteAsync($"id: {at + 1}\nevent: {_feed[at].Kind}\ndata: {JsonSerializer.Serialize(_feed[at], ContractJson.Options)}\n\n", context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                }

                while (wake.Reader.TryRead(out _))
                {
                }
            }
            while (at < _feed.Count || await wake.Reader.WaitToReadAsync(context.RequestAborted));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The reader has gone.
        }
        finally
        {
            lock (_lock)
            {
                _readers.Remove(wake);
            }
        }
    }
}
