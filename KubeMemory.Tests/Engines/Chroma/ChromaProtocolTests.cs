using System.Collections.Concurrent;
using System.Net;
using System.Text;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Engines.Chroma;
using KubeMemory.ServiceDefaults;
using KubeMemory.Tests.Engines.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace KubeMemory.Tests.Engines.Chroma;

/// <summary>Answers that the real server does not give when asked: faults that pass, proxies, other versions. Wired as a service wires it.</summary>
public sealed class ChromaProtocolTests(ChromaFixture chroma)
{
    private const string CollectionJson = """{"id":"c-1","name":"n","metadata":null}""";

    private static readonly ChromaTiming Quick = new() { Delay = TimeSpan.FromMilliseconds(1) };
    private static readonly VectorSpace Space = new("m", 2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upsert_PassingFaults_IsRepeatedWhateverTheServicesDefault(bool defaultsFirst)
    {
        var server = new FakeChroma();
        server.Fail(HttpStatusCode.ServiceUnavailable, "/upsert", times: 2);
        using var host = Wire(server, "Endpoint=http://chroma.test", defaultsFirst);

        await MemoryOf(host).UpsertAsync(Space, [Record], Token);

        Assert.Equal(3, server.Requests.Count(request => request.Path.EndsWith("/upsert", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Upsert_FaultsThatStay_EndAfterThreeAttempts()
    {
        var server = new FakeChroma();
        server.Fail(HttpStatusCode.InternalServerError, "/upsert", times: 100, """{"error":"InternalError","message":"disk full."}""");
        using var host = Wire(server, "Endpoint=http://chroma.test:8000");

        var fault = await Assert.ThrowsAsync<EngineUnavailableException>(() => MemoryOf(host).UpsertAsync(Space, [Record], Token));

        Assert.Equal("Chroma at chroma.test:8000 does not answer: it answers 500, disk full.", fault.Message);
        Assert.Equal(3, server.Requests.Count(request => request.Path.EndsWith("/upsert", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "Chroma at chroma.test does not answer: it refuses the Token of the connection string \"chroma\" (401).")]
    [InlineData(HttpStatusCode.Forbidden, "Chroma at chroma.test does not answer: it refuses the Token of the connection string \"chroma\" (403).")]
    [InlineData(HttpStatusCode.NotFound, "Chroma at chroma.test does not answer: it answers 404, Not Found.")]
    [InlineData(HttpStatusCode.Gone, "Chroma at chroma.test does not answer: it answers 410, Gone.")]
    public async Task Count_RefusedForTheOperatorToMend_IsNoRefusalOfTheRecord(HttpStatusCode status, string sentence)
    {
        var server = new FakeChroma();
        server.Fail(status, "/collections/", times: 1, "<html>a proxy's page</html>");
        using var host = Wire(server, "Endpoint=http://chroma.test");

        Assert.Equal(sentence, (await Assert.ThrowsAsync<EngineUnavailableException>(() => MemoryOf(host).CountAsync(Space, Token))).Message);
    }

    [Theory]
    [InlineData(HttpStatusCode.RequestEntityTooLarge, "Payload too large", "Chroma at chroma.test refuses it (413): Request Entity Too Large.")]
    [InlineData(HttpStatusCode.UnprocessableEntity, """{"error":"ChromaError","message":"missing field."}""", "Chroma at chroma.test refuses it (422): missing field.")]
    public async Task Upsert_Refused_IsNotRepeated(HttpStatusCode status, string body, string sentence)
    {
        var server = new FakeChroma();
        server.Fail(status, "/upsert", times: 1, body);
        using var host = Wire(server, "Endpoint=http://chroma.test");

        Assert.Equal(sentence, (await Assert.ThrowsAsync<ProjectionRejectedException>(() => MemoryOf(host).UpsertAsync(Space, [Record], Token))).Message);
    }

    [Fact]
    public async Task Count_SomethingElseAnswers_SaysSo()
    {
        var server = new FakeChroma();
        server.Fail(HttpStatusCode.OK, "/collections/", times: 1, "<html>welcome</html>");
        using var host = Wire(server, "Endpoint=http://chroma.test");

        var fault = await Assert.ThrowsAsync<EngineUnavailableException>(() => MemoryOf(host).CountAsync(Space, Token));
        Assert.Equal("Chroma at chroma.test does not answer: it does not speak as Chroma does.", fault.Message);
    }

    [Theory]
    [InlineData("""{"max_batch_size":5461,"supports_base64_encoding":true}""", "\"embeddings\":[\"mpkZP83MTD8=\"]")]
    [InlineData("""{"max_batch_size":5461}""", "\"embeddings\":[[0.6,0.8]]")]
    public async Task Upsert_AsTheServerTakesIt_SendsVectorsOfLengthOne(string preFlight, string expected)
    {
        var server = new FakeChroma { PreFlight = preFlight };
        using var host = Wire(server, "Endpoint=http://chroma.test");

        await MemoryOf(host).UpsertAsync(Space, [Record], Token);

        Assert.Contains(expected, server.Requests.Single(request => request.Path.EndsWith("/upsert", StringComparison.Ordinal)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upsert_MoreThanTheServersBatch_IsSplit()
    {
        var server = new FakeChroma { PreFlight = """{"max_batch_size":3}""" };
        using var host = Wire(server, "Endpoint=http://chroma.test");

        await MemoryOf(host).UpsertAsync(Space, [.. Enumerable.Repeat(Record, 7)], Token);
        await MemoryOf(host).UpsertAsync(Space, [Record], Token);

        Assert.Equal(4, server.Requests.Count(request => request.Path.EndsWith("/upsert", StringComparison.Ordinal)));
        Assert.Single(server.Requests, request => request.Path.EndsWith("/pre-flight-checks", StringComparison.Ordinal));
        Assert.Single(server.Requests, request => request.Path.EndsWith("/collections", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Anything_WithAToken_SendsItBelowTheEndpointsPath()
    {
        var server = new FakeChroma();
        using var host = Wire(server, "Endpoint=http://chroma.test/below/;Token=s3cret");

        await MemoryOf(host).CountAsync(Space, Token);

        Assert.All(server.Requests, request =>
        {
            Assert.StartsWith("/below/api/v2/", request.Path, StringComparison.Ordinal);
            Assert.Equal(("Bearer s3cret", "s3cret"), (request.Authorization, request.ChromaToken));
        });
    }

    [Fact]
    public async Task Endpoint_AServicesName_IsDiscovered()
    {
        var server = await chroma.SharedAsync();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration["services:chroma:http:0"] = server.Address.ToString();
        builder.AddServiceDefaults();
        builder.Services.AddChroma("Endpoint=http://chroma");
        using var host = builder.Build();

        await Assert.Single(host.Services.GetServices<IEngineProbe>()).AskAsync(Token);
        Assert.Equal(0, await MemoryOf(host).CountAsync(new("nobody's", 2), Token));
        Assert.Equal(new EngineName(EnginePorts.Vectors, "Chroma"), Assert.Single(host.Services.GetServices<EngineName>()));
    }

    private static VectorRecord Record { get; } =
        new("incident:1", VectorKinds.Incident, 1, "c1", "shop", "web", IncidentType.OOMKilled, "text", new float[] { 3, 4 });

    private static IVectorMemory MemoryOf(IHost host) => host.Services.GetRequiredService<IVectorMemory>();

    private static IHost Wire(FakeChroma server, string connectionString, bool defaultsFirst = true)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        if (defaultsFirst)
        {
            builder.AddServiceDefaults();
        }

        builder.Services.AddChroma(connectionString, Quick);
        if (!defaultsFirst)
        {
            builder.AddServiceDefaults();
        }

        builder.Services.AddHttpClient(ChromaClient.HttpName).ConfigurePrimaryHttpMessageHandler(() => server);
        return builder.Build();
    }

    private sealed record Asked(string Path, string Body, string? Authorization, string? ChromaToken);

    /// <summary>Answers as Chroma does when all is well, but for what it is told to fail.</summary>
    private sealed class FakeChroma : HttpMessageHandler
    {
        private (HttpStatusCode Status, string Path, int Times, string Body) _fault = (HttpStatusCode.OK, "", 0, "");

        public ConcurrentQueue<Asked> Requests { get; } = [];

        public string PreFlight { get; init; } = """{"max_batch_size":5461,"supports_base64_encoding":true}""";

        public void Fail(HttpStatusCode status, string path, int times, string body = "") => _fault = (status, path, times, body);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = request.RequestUri!.AbsolutePath;
            Requests.Enqueue(new(
                path,
                request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken),
                request.Headers.Authorization?.ToString(),
                request.Headers.TryGetValues("x-chroma-token", out var tokens) ? tokens.Single() : null));
            if (_fault.Times > 0 && path.Contains(_fault.Path, StringComparison.Ordinal))
            {
                _fault.Times--;
                return Reply(_fault.Status, _fault.Body);
            }

            return Reply(HttpStatusCode.OK, path switch
            {
                _ when path.EndsWith("/pre-flight-checks", StringComparison.Ordinal) => PreFlight,
                _ when path.EndsWith("/count", StringComparison.Ordinal) => "1",
                _ when path.EndsWith("/upsert", StringComparison.Ordinal) => "{}",
                _ => CollectionJson,
            });
        }

        private static HttpResponseMessage Reply(HttpStatusCode status, string body) =>
            new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
    }
}
