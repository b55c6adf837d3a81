using System.IO.Pipelines;
using System.Text.Json.Nodes;
using KubeMemory.Simulator.Cluster;

namespace KubeMemory.Simulator.Server;

/// <summary>Lists, whole or in pages, and single objects.</summary>
internal sealed class ListEndpoint(ClusterState state, TimeProvider time)
{
    // Enough to keep the socket busy without holding a large list in memory twice.
    private const int FlushAt = 64 * 1024;

    private const string TooOldToContinue =
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, "
        + "or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an "
        + "inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

    public Task GetAsync(HttpContext http, ApiRequest request)
    {
        var found = state.Find(request.Resource!.Plural, request.Namespace, request.Name!)
            ?? throw new KubernetesStatusException(KubernetesStatus.NotFound(request.Resource, request.Name!));
        return TableView.Wanted(http) is { } view
            ? HttpJson.WriteAsync(http, view.Write(request.Resource, [found], time.GetUtcNow(), found.Version, null))
            : WriteOneAsync(http, found);
    }

    public Task ListAsync(HttpContext http, ApiRequest request)
    {
        var selection = Selectors.Read(request);
        var page = ReadPage(request, selection);
        return TableView.Wanted(http) is { } view
            ? HttpJson.WriteAsync(http, view.Write(request.Resource!, page.Items, time.GetUtcNow(), page.Version, page.Continue))
            : WriteListAsync(http, request.Resource!, page);
    }

    private static async Task WriteOneAsync(HttpContext http, StoredObject found)
    {
        HttpJson.Begin(http);
        await http.Response.BodyWriter.WriteAsync(found.Full, http.RequestAborted).ConfigureAwait(false);
    }

    private Page ReadPage(ApiRequest request, Selection selection)
    {
        var token = (string?)request.Query["continue"] is { Length: > 0 } text ? ContinueToken.Decode(text) : null;
        var (version, objects) = state.Snapshot(request.Resource!.Plural, VersionToRead(request, token));
        if (objects is null)
        {
            throw new KubernetesStatusException(token is null
                ? KubernetesStatus.TooOld(request.Number("resourceVersion"), state.ResourceVersion)
                : KubernetesStatus.Expired(TooOldToContinue) with { Continue = (token with { Version = ContinueToken.Present }).Encode() });
        }

        var rest = objects.Where(o => token is null || string.CompareOrdinal(o.Key, token.After) > 0).Select(o => o.Value).Where(selection.Matches);
        var limit = (int)Math.Min(request.Number("limit") ?? 0, int.MaxValue);
        if (limit == 0)
        {
            return new Page(version, [.. rest], null, null);
        }

        var items = rest.ToList();
        if (items.Count <= limit)
        {
            return new Page(version, items, null, null);
        }

        // With a selector Kubernetes does not know how many are left.
        var remaining = selection.Predicate is null ? items.Count - limit : (int?)null;
        var next = new ContinueToken(version, items[limit - 1].Key).Encode();
        return new Page(version, items[..limit], next, remaining);
    }

    private long? VersionToRead(ApiRequest request, ContinueToken? token)
    {
        if (token is not null)
        {
            return token.Version == ContinueToken.Present ? null : token.Version;
        }

        var asked = request.Number("resourceVersion");
        if (asked > state.ResourceVersion)
        {
            throw new KubernetesStatusException(new KubernetesStatus(
                StatusCodes.Status504GatewayTimeout, "Timeout", $"Timeout: Too large resource version: {asked}, current: {state.ResourceVersion}"));
        }

        return request.Query["resourceVersionMatch"] == "Exact" ? asked : null;
    }

    // {"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1042","continue":"…","remainingItemCount":7},"items":[{"metadata":…},…]}
    private static async Task WriteListAsync(HttpContext http, KubernetesResource resource, Page page)
    {
        HttpJson.Begin(http);
        var writer = http.Response.BodyWriter;
        var head = new JsonObject { ["kind"] = resource.Kind + "List", ["apiVersion"] = resource.ApiVersion, ["metadata"] = page.Metadata() };
        Append(writer, HttpJson.Utf8(head).AsSpan()[..^1]);
        Append(writer, ",\"items\":["u8);
        var unflushed = 0;
        for (var i = 0; i < page.Items.Count; i++)
        {
            if (i > 0)
            {
                Append(writer, ","u8);
            }

            var item = page.Items[i].Item;
            Append(writer, item.Span);
            unflushed += item.Length;
            if (unflushed >= FlushAt)
            {
                unflushed = 0;
                await writer.FlushAsync(http.RequestAborted).ConfigureAwait(false);
            }
        }

        Append(writer, "]}\n"u8);
        await writer.FlushAsync(http.RequestAborted).ConfigureAwait(false);
    }

    private static void Append(PipeWriter writer, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(writer.GetSpan(bytes.Length));
        writer.Advance(bytes.Length);
    }

    private sealed record Page(long Version, IReadOnlyList<StoredObject> Items, string? Continue, int? Remaining)
    {
        public JsonObject Metadata()
        {
            var metadata = new JsonObject { ["resourceVersion"] = Version.ToString(System.Globalization.CultureInfo.InvariantCulture) };
            if (Continue is not null)
            {
                metadata["continue"] = Continue;
            }

            if (Remaining is { } remaining)
            {
                metadata["remainingItemCount"] = remaining;
            }

            return metadata;
        }
    }
}
