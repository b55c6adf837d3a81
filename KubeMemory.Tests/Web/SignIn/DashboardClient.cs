using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace KubeMemory.Tests.Web.SignIn;

/// <summary>A browser without script: it keeps cookies, sends forms, and follows nothing by itself.</summary>
internal sealed partial class DashboardClient : IDisposable
{
    public DashboardClient(Uri dashboard)
    {
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = dashboard };
        Http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
    }

    public HttpClient Http { get; }

    public CookieContainer Cookies { get; } = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute), Cancelled);

    /// <summary>What the page says, and with which status.</summary>
    public async Task<(HttpStatusCode Status, string Text)> ReadAsync(string path)
    {
        using var answer = await GetAsync(path);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
    }

    /// <summary>Where the answer leads; empty for one that leads nowhere.</summary>
    public async Task<string> FollowAsync(string path)
    {
        using var answer = await GetAsync(path);
        return answer.Headers.Location?.ToString() ?? "";
    }

    /// <summary>The form of /login, filled in.</summary>
    public async Task<HttpResponseMessage> SendKeyAsync(string key, string? back = null) => await SendAsync("/login", ("key", key), ("return", back ?? "/incidents"));

    public async Task<HttpResponseMessage> SignOutAsync() => await SendAsync("/logout");

    /// <summary>Whoever the head of a page names, with their role; null: nobody has signed in.</summary>
    public async Task<string?> WhoAsync()
    {
        var (_, page) = await ReadAsync("/incidents");
        return Who().Match(page) is { Success: true } who ? $"{who.Groups[1].Value} {who.Groups[2].Value}" : null;
    }

    public void Dispose() => Http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(string path, params IEnumerable<(string Name, string Value)> fields)
    {
        var (_, page) = await ReadAsync("/login");
        var token = Token().Match(page).Groups[1].Value;
        using var form = new FormUrlEncodedContent([.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)), new("__RequestVerificationToken", token)]);
        return await Http.PostAsync(new Uri(path, UriKind.Relative), form, Cancelled);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();

    [GeneratedRegex("data-testid=\"who\">.*?title=\"([^,\"]*), .*?class=\"tag\">(\\w+)<", RegexOptions.Singleline)]
    private static partial Regex Who();
}
