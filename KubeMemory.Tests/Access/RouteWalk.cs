using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Xunit;

namespace KubeMemory.Tests.Access;

/// <summary>What an endpoint asks of its caller.</summary>
internal enum Needs
{
    Nothing,
    Viewer,
    Operator,
}

/// <param name="Role">Null: not even a viewer.</param>
/// <param name="IsKnown">Whether a role is what is missing, and not somebody: 403 instead of 401.</param>
/// <param name="Headers">What they show.</param>
internal sealed record Caller(string Name, Needs Role, bool IsKnown, params (string Name, string Value)[] Headers)
{
    public static Caller Nobody(Needs role) => new("nobody", role, IsKnown: false);

    public override string ToString() => Name;
}

/// <summary>Tries every endpoint that an app has, with every method that it takes, as everybody.</summary>
internal sealed class RouteWalk(WebApplication app, Uri address)
{
    private static readonly Dictionary<string, string> Values = new(StringComparer.Ordinal) { ["projector"] = "graph" };

    /// <summary><c>PATCH /api/incidents/{id}</c>; where an endpoint takes every method, it is tried with GET and POST.</summary>
    public IReadOnlyList<(string Method, RoutePattern Pattern)> Routes() =>
    [
        .. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is [_, ..] methods ? methods : ["GET", "POST"]).Select(method => (method, endpoint.RoutePattern)))
            // HttpClient cannot say it; it asks for no more than GET does.
            .Where(route => route.method != "CONNECT"),
    ];

    /// <param name="expected">By <c>PATCH /api/incidents/{id}</c>: an endpoint that is missing in it, or one more than there is, is a failure.</param>
    public async Task AssertAsync(IReadOnlyDictionary<string, Needs> expected, params IEnumerable<Caller> callers)
    {
        var routes = Routes();
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), routes.Select(route => NameOf(route.Method, route.Pattern)).Distinct().Order(StringComparer.Ordinal));
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address };
        var wrong = new List<string>();
        foreach (var caller in callers)
        {
            foreach (var (method, pattern) in routes)
            {
                var needs = expected[NameOf(method, pattern)];
                var status = await AskAsync(http, method, PathOf(pattern), caller);
                var fits = caller.Role >= needs ? (int)status < 500 && status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests)
                    : status == (caller.IsKnown ? HttpStatusCode.Forbidden : HttpStatusCode.Unauthorized);
                if (!fits)
                {
                    wrong.Add($"{method} {PathOf(pattern)} as {caller}, needs {needs}: {(int)status}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    private static string NameOf(string method, RoutePattern pattern) => $"{method} {Text(pattern, parameter => $"{{{parameter.Name}}}")}";

    private static string PathOf(RoutePattern pattern) => Text(pattern, parameter => Values.GetValueOrDefault(parameter.Name, "1"));

    private static string Text(RoutePattern pattern, Func<RoutePatternParameterPart, string> value) => "/" + string.Join('/', pattern.PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternParameterPart parameter => value(parameter),
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            _ => "",
        }))));

    private static async Task<HttpStatusCode> AskAsync(HttpClient http, string method, string path, Caller caller)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in caller.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        // The live stream has no end.
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
