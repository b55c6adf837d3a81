using System.Diagnostics;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Tracing;

namespace KubeMemory.Web.Live;

/// <summary>The last span of an incident's first trace: the change is handed to every page that looks.</summary>
internal static class LiveTraces
{
    public static ActivitySource Source { get; } = new("KubeMemory.Web");

    /// <summary>Null where nobody listens, or the change is not the first that is heard of its incident.</summary>
    public static Activity? Start(LiveChange change, int pages)
    {
        if (change.TraceParent is not { } context || !ActivityContext.TryParse(context, null, isRemote: true, out var parent))
        {
            return null;
        }

        return Source.StartActivity("live change", ActivityKind.Consumer, parent)
            ?.SetTag(SpanTags.Change, change.Kind)
            .SetTag(SpanTags.Incident, change.Incident?.Id)
            .SetTag(SpanTags.Pages, pages);
    }
}
