using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using KubeMemory.Api;
using KubeMemory.Core.Audit;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Live;
using KubeMemory.Core.Streams;
using KubeMemory.ServiceDefaults;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace KubeMemory.Tests.Api;

/// <summary>The API on a real socket, port 0, over fakes.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ApiHost(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Urls.Single());
        Http = new HttpClient { BaseAddress = Address, DefaultRequestHeaders = { { AccessHeaders.Key, LocalAccess.Key } } };
        Nobody = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    /// <summary>Of an operator.</summary>
    public HttpClient Http { get; }

    /// <summary>Of who shows nothing.</summary>
    public HttpClient Nobody { get; }

    public required FakeIncidentReader Incidents { get; init; }

    public required FakeLiveFeed Feed { get; init; }

    public required FakeStatusBoard Board { get; init; }

    public required FakeSignalStream Stream { get; init; }

    public required FakeAuditLog Audit { get; init; }

    public static async Task<ApiHost> StartAsync(TimeProvider? time = null, params (string Key, string Value)[] configuration)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(configuration.Prepend(LocalAccess.KeyFile).Select(p => KeyValuePair.Create(p.Key, (string?)p.Value)));
        builder.AddServiceDefaults();
        var (incidents, feed, board, stream, audit) = (new FakeIncidentReader(), new FakeLiveFeed(), new FakeStatusBoard(), new FakeSignalStream(), new FakeAuditLog());
        builder.Services.AddSingleton<IIncidentReader>(incidents);
        builder.Services.AddSingleton<ILiveFeed>(feed);
        builder.Services.AddSingleton<IWatchStatusBoard>(board);
        builder.Services.AddSingleton<ISignalStream>(stream);
        builder.Services.AddSingleton<IAuditLog>(audit);
        builder.Services.AddSingleton(new EngineName(EnginePorts.Incidents, "Fake store"));
        builder.Services.AddSingleton<IEngineProbe>(new FakeProbe(EnginePorts.Incidents, incidents));
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.AddKubeMemoryApi();
        var app = builder.Build();
        app.MapKubeMemoryApi();
        await app.StartAsync();
        return new(app) { Incidents = incidents, Feed = feed, Board = board, Stream = stream, Audit = audit };
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    public async Task<(HttpResponseMessage Response, JsonNode? Body)> SendAsync(HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        // Who shows a key of their own does not show the file's.
        var http = headers.Any(header => header.Name is AccessHeaders.Key or "Authorization") ? Nobody : Http;
        var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) is true;
        return (response, isJson ? JsonNode.Parse(text) : null);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Nobody.Dispose();
        await _app.DisposeAsync();
    }
}
