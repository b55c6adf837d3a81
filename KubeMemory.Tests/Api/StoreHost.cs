using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using KubeMemory.Api;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using KubeMemory.Engines;
using KubeMemory.ServiceDefaults;
using KubeMemory.ServiceDefaults.Access;
using KubeMemory.Tests.Engines.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace KubeMemory.Tests.Api;

/// <summary>The API on a real socket, port 0, over the embedded engines in a folder of its own.</summary>
internal sealed class StoreHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TemporaryFolder _folder;
    private readonly TimeProvider _time;

    private StoreHost(WebApplication app, EmbeddedEngines engines, TemporaryFolder folder, TimeProvider time)
    {
        (_app, Engines, _folder, _time) = (app, engines, folder, time);
        Address = new Uri(app.Urls.Single());
        Http = new HttpClient { BaseAddress = Address, DefaultRequestHeaders = { { AccessHeaders.Key, LocalAccess.Key } } };
    }

    public Uri Address { get; }

    /// <summary>Of an operator.</summary>
    public HttpClient Http { get; }

    public EmbeddedEngines Engines { get; }

    public WebApplication App => _app;

    public IServiceProvider Services => _app.Services;

    public string DatabaseFile => _folder.PathOf("kubememory.db");

    public static Task<StoreHost> StartAsync(TimeProvider time, params (string Key, string Value)[] configuration) =>
        StartAsync(time, _ => { }, configuration);

    /// <param name="more">Registered after everything else.</param>
    public static async Task<StoreHost> StartAsync(TimeProvider time, Action<IServiceCollection> more, params (string Key, string Value)[] configuration)
    {
        var folder = new TemporaryFolder();
        var engines = await EmbeddedEngines.OpenAsync(folder.Path, time, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(configuration.Prepend(LocalAccess.KeyFile).Select(p => KeyValuePair.Create(p.Key, (string?)p.Value)));
        builder.AddServiceDefaults();
        builder.Services.AddSingleton(time);
        builder.Services.AddKubeMemoryEngines(engines);
        builder.AddKubeMemoryApi();
        more(builder.Services);
        var app = builder.Build();
        app.MapKubeMemoryApi();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app, engines, folder, time);
    }

    public Task IngestAsync(params IEnumerable<Signal> signals) =>
        new IncidentIngestor(Engines.Store, Engines.IncidentOptions, _time).IngestAsync(Make.Batch(signals), TestContext.Current.CancellationToken);

    public async Task<JsonNode> GetAsync(string path) =>
        JsonNode.Parse(await Http.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken))!;

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

        var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response, text.StartsWith('{') ? JsonNode.Parse(text) : null);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        await Engines.DisposeAsync();
        _folder.Dispose();
    }
}
