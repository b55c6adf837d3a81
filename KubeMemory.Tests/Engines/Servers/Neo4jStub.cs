using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace KubeMemory.Tests.Engines.Servers;

/// <summary>
/// Not Neo4j: a stand-in, because no package of it is at hand. It speaks Neo4j's HTTP Query API v2 on a real socket (statuses, bodies, credentials,
/// bookmarks, errors), and does with each statement of CypherStatements, recognised by its text, what that statement's documented purpose says.
/// It cannot tell whether the Cypher does that; the parser and the semantic analysis of Neo4j look at the Cypher, in CypherTests. Data stay while it
/// is stopped; it starts again on the same port.
/// </summary>
internal sealed class Neo4jStub : IAsyncDisposable
{
    public const string Username = "neo4j";
    public const string Password = "let me in";

    private readonly ConcurrentQueue<Fault> _faults = [];
    private WebApplication? _app;
    private int _port;
    private long _transactions;

    private Neo4jStub()
    {
    }

    /// <summary>What it says instead of an answer.</summary>
    /// <param name="Executed">The statement is done, and only the answer is lost.</param>
    private sealed record Fault(int Status, string Body, bool Executed);

    /// <summary>One request as it came.</summary>
    public sealed record Request(string Path, string? Authorization, string Statement, JsonObject Parameters, IReadOnlyList<string> Bookmarks);

    public ConcurrentQueue<Request> Requests { get; } = [];

    public Neo4jStubGraph Graph { get; private set; } = new();

    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"Endpoint=http://127.0.0.1:{_port};Username={Username};Password={Password};Database=neo4j");

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");

    public bool Running => _app is not null;

    public static async Task<Neo4jStub> StartNewAsync(CancellationToken cancellationToken)
    {
        var stub = new Neo4jStub();
        await stub.StartAsync(cancellationToken);
        return stub;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, _port);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        _app = builder.Build();
        _app.MapPost("/db/{database}/query/v2", AnswerAsync);
        await _app.StartAsync(cancellationToken);
        _port = new Uri(_app.Urls.Single()).Port;
    }

    public async Task StopAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            using var atOnce = new CancellationTokenSource();
            await atOnce.CancelAsync();
            await app.StopAsync(atOnce.Token);
            await app.DisposeAsync();
        }
    }

    /// <summary>As after its volume was deleted: no nodes, no constraints, and transactions counted from the beginning.</summary>
    public void DropData() => (Graph, _transactions) = (new Neo4jStubGraph(), 0);

    /// <summary>The next requests are answered so, once each time. A code of null: the body as it is.</summary>
    public void FailNext(int status, string? code, string message = "Because the test wants it.", int times = 1, bool executed = false)
    {
        for (var time = 0; time < times; time++)
        {
            _faults.Enqueue(new Fault(status, code is null ? message : ErrorsOf(code, message), executed));
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    // {"errors":[{"code":"Neo.ClientError.Security.Unauthorized","message":"Invalid credential."}]}
    private static string ErrorsOf(string code, string message) =>
        new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["code"] = code, ["message"] = message }) }.ToJsonString();

    private async Task AnswerAsync(HttpContext context, string database)
    {
        using var reader = new StreamReader(context.Request.Body);
        var text = await reader.ReadToEndAsync(context.RequestAborted);
        var authorization = context.Request.Headers.Authorization.ToString();
        if (ReadRequest(context, authorization, text) is not { } request)
        {
            await WriteAsync(context, StatusCodes.Status400BadRequest, ErrorsOf("Neo.ClientError.Request.Invalid", "Bad Request"));
            return;
        }

        Requests.Enqueue(request);
        var fault = _faults.TryDequeue(out var planned) ? planned : null;
        if (fault is { Executed: false })
        {
            await WriteAsync(context, fault.Status, fault.Body);
            return;
        }

        var (status, body) = Answer(request, database);
        await WriteAsync(context, fault?.Status ?? status, fault?.Body ?? body);
    }

    private static Request? ReadRequest(HttpContext context, string authorization, string text)
    {
        try
        {
            var body = JsonNode.Parse(text)!.AsObject();
            return new Request(
                context.Request.Path,
                authorization.Length == 0 ? null : authorization,
                body["statement"]!.GetValue<string>(),
                body["parameters"]?.AsObject() ?? [],
                [.. body["bookmarks"]?.AsArray().Select(bookmark => bookmark!.GetValue<string>()) ?? []]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException)
        {
            // Not JSON, or not the protocol's: the caller is told so.
            return null;
        }
    }

    private (int Status, string Body) Answer(Request request, string database)
    {
        var credentials = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Username}:{Password}"));
        if (request.Authorization != credentials)
        {
            return (StatusCodes.Status401Unauthorized, ErrorsOf(
                "Neo.ClientError.Security.Unauthorized", request.Authorization is null ? "No authentication header supplied." : "Invalid credential."));
        }

        if (database != "neo4j")
        {
            return (StatusCodes.Status404NotFound, ErrorsOf("Neo.ClientError.Database.DatabaseNotFound", $"Graph not found: {database}"));
        }

        lock (this)
        {
            if (request.Bookmarks.Any(bookmark => TransactionOf(bookmark) > _transactions))
            {
                return (StatusCodes.Status400BadRequest, ErrorsOf(
                    "Neo.TransientError.Transaction.BookmarkTimeout", $"Database 'neo4j' not up to the requested version. Latest database version is {_transactions}"));
            }

            try
            {
                var (fields, values) = Graph.Run(request.Statement, request.Parameters);
                var data = new JsonObject { ["fields"] = fields, ["values"] = values };
                return (StatusCodes.Status202Accepted, new JsonObject { ["data"] = data, ["bookmarks"] = new JsonArray($"FB:stub{++_transactions}") }.ToJsonString());
            }
            catch (Neo4jStubException e)
            {
                return (StatusCodes.Status400BadRequest, ErrorsOf(e.Code, e.Message));
            }
        }
    }

    private static long TransactionOf(string bookmark) => long.Parse(bookmark.AsSpan("FB:stub".Length), CultureInfo.InvariantCulture);

    private static async Task WriteAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"Neo4j\", charset=\"UTF-8\"";
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body, context.RequestAborted);
    }
}

internal sealed class Neo4jStubException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
