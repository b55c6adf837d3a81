using System.Globalization;
using System.Net.Mime;
using System.Text;
using KubeMemory.ServiceDefaults.Access;
using KubeMemory.Web.Api;
using KubeMemory.Web.Layout;
using KubeMemory.Web.SignIn;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Net.Http.Headers;

namespace KubeMemory.Web.Incidents;

/// <summary>An incident's runbook as a file: what the browser saves or copies. Made anew for every asking; it changes nothing.</summary>
internal static class RunbookEndpoint
{
    private const string Markdown = "text/markdown";

    public static string Address(long id) => string.Create(CultureInfo.InvariantCulture, $"incidents/{id}/runbook.md");

    public static void MapRunbook(this WebApplication app) => app.MapGet("/incidents/{id:long}/runbook.md", SendAsync)
        .RequireAuthorization(AccessPolicies.Viewer)
        .ExcludeFromDescription();

    private static async Task SendAsync(long id, HttpContext context, IncidentApi api, CircuitAuthentication visitor)
    {
        // There is no circuit here: the request says who asks.
        visitor.SetAuthenticationState(Task.FromResult(new AuthenticationState(context.User)));
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        try
        {
            var runbook = await api.RunbookAsync(id, context.RequestAborted);
            var disposition = new ContentDispositionHeaderValue(DispositionTypeNames.Attachment);
            disposition.SetHttpFileName(FileName(runbook.FileName, id));
            headers.ContentDisposition = disposition.ToString();
            context.Response.ContentType = $"{Markdown}; charset=utf-8";
            await context.Response.WriteAsync(PlainText.Clean(runbook.Markdown), Encoding.UTF8, context.RequestAborted);
        }
        catch (ApiFailureException e)
        {
            await Results.Problem(e.Message, statusCode: e.Kind switch
            {
                ApiFailureKind.NotFound => StatusCodes.Status404NotFound,
                ApiFailureKind.Refused => StatusCodes.Status403Forbidden,
                _ => StatusCodes.Status502BadGateway,
            }).ExecuteAsync(context);
        }
    }

    /// <summary>Nothing but letters, digits, dots and dashes, and no file that is hidden or run.</summary>
    internal static string FileName(string name, long id)
    {
        var plain = string.Concat((name.EndsWith(".md", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name)
            .Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')).Trim('-', '.');
        return plain.Length is > 0 and <= 120 ? plain + ".md" : string.Create(CultureInfo.InvariantCulture, $"incident-{id}.md");
    }
}
