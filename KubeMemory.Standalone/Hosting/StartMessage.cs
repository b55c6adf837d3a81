using System.Globalization;
using System.Text;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Contracts;

namespace KubeMemory.Standalone.Hosting;

/// <summary>What the console says once everything runs.</summary>
internal static class StartMessage
{
    public static string Text(StandaloneApp app, WatchStatus? watch, bool demo)
    {
        var text = new StringBuilder().AppendLine();
        Line(text, "Dashboard", app.Dashboard.GetLeftPart(UriPartial.Authority));
        if (app.SignInLink is { } link)
        {
            Line(text, "Sign in", $"{link}  (to make changes; works once)");
        }

        Line(text, "API", $"{app.Api}api/incidents/");
        Line(text, "Watching", app.Ready.WaitingFor is { } waiting ? $"nothing yet: {waiting}" : Watching(watch));
        Line(text, "Engines", Engines(app.Engines));
        Line(text, "Data", app.DataFolder);
        if (!demo && watch is not { State: WatchState.Watching or WatchState.Degraded })
        {
            Line(text, "Try", "--demo for a simulated cluster, or import PATH for a capture of yours");
        }

        return text.Append("  Ctrl+C ends it.").AppendLine().ToString();
    }

    /// <summary>Like <c>PostgreSQL (incidents); Redis (signals); rules (chat)</c>.</summary>
    private static string Engines(IEnumerable<EngineName> names) =>
        string.Join("; ", names.GroupBy(name => name.Engine, name => name.Port).Select(ports => $"{ports.Key} ({string.Join(", ", ports)})"));

    private static string Watching(WatchStatus? watch) => watch switch
    {
        null => "connecting; the dashboard shows when the cluster has answered.",
        { State: WatchState.Watching, LastError: { } error } => $"{Scopes(watch)}. {error}",
        { State: WatchState.Watching } => Scopes(watch),
        { State: WatchState.Degraded, MissingPermissions: [_, ..] missing } => $"{Scopes(watch)}, without the right to {string.Join(", ", missing.Take(3))}{(missing.Count > 3 ? ", …" : "")}",
        { State: WatchState.Degraded } => $"{Scopes(watch)}, in part: {watch.LastError}",
        _ => $"nothing yet: {watch.LastError}",
    };

    private static string Scopes(WatchStatus watch) =>
        $"{watch.Name}, {(watch.Scopes is ["*"] ? "all namespaces" : $"namespace{(watch.Scopes.Count == 1 ? "" : "s")} {string.Join(", ", watch.Scopes)}")}";

    private static void Line(StringBuilder text, string name, string value) => text.AppendLine(CultureInfo.InvariantCulture, $"  {name,-10} {value}");
}
