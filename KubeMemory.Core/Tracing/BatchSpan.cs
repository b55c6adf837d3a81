using System.Diagnostics;
using KubeMemory.Core.Contracts;

namespace KubeMemory.Core.Tracing;

/// <summary>
/// The span of work that is done for many at once. A batch has many parents: where it has one alone it is that one's child, otherwise a
/// trace of its own with links to them; without any it is routine. What is new in it is followed further by <see cref="Begin"/> and <see cref="ContextOf"/>, in the
/// trace in which it began. Both numbers are bounded, so that a batch of thousands is still one span. Not thread-safe; ends, with all
/// that began in it, when it is disposed of.
/// </summary>
public sealed class BatchSpan : IDisposable
{
    /// <summary>Links of one batch; of more parents the first ones are named.</summary>
    public const int MaxLinks = 32;

    /// <summary>Spans of their own that one batch begins; more go on without.</summary>
    public const int MaxOwn = 32;

    private readonly ActivitySource _source;
    private readonly ActivityKind _kind;
    private readonly ActivityContext? _parent;
    private readonly Activity? _outer;
    private readonly Activity _batch;
    private readonly List<Activity> _own = [];

    private BatchSpan(ActivitySource source, ActivityKind kind, ActivityContext? parent, Activity? outer, Activity batch) =>
        (_source, _kind, _parent, _outer, _batch) = (source, kind, parent, outer, batch);

    /// <summary>Null where nobody listens: then nothing is looked at and nothing costs anything.</summary>
    /// <param name="parents">W3C trace contexts of what is new, in any number; null and what cannot be read is passed over.</param>
    /// <param name="others">Of what is worth a link and no more.</param>
    public static BatchSpan? Start(ActivitySource source, string name, ActivityKind kind, IEnumerable<string?> parents, IEnumerable<string?>? others = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(parents);
        if (!source.HasListeners())
        {
            return null;
        }

        var (sampled, unsampled) = Read(parents);
        var parent = sampled is [var only] ? only : sampled is [] ? unsampled : null;
        var links = sampled.Skip(parent is null ? 0 : 1).Concat(Read(others ?? []).Sampled.Except(sampled)).Take(MaxLinks).Select(context => new ActivityLink(context));
        KeyValuePair<string, object?>[] tags = parent is null && sampled is [] ? [new(SpanTags.Routine, true)] : [];

        // Without a parent of its own it would become the child of whatever happens to run.
        var outer = Activity.Current;
        Activity.Current = null;
        var batch = source.StartActivity(name, kind, parent ?? default, tags, links);
        if (batch is null)
        {
            Activity.Current = outer;
            return null;
        }

        return new BatchSpan(source, kind, parent, outer, batch);
    }

    /// <summary>W3C trace context of the batch itself.</summary>
    public string? Id => _batch.Id;

    public BatchSpan Tag(string name, object? value)
    {
        _batch.SetTag(name, value);
        return this;
    }

    /// <summary>
    /// A span for what is new: below the batch where both are of one trace, otherwise below the context it came with, linked to the batch.
    /// Null for what exceeds <see cref="MaxOwn"/>.
    /// </summary>
    public Activity? Begin(string name, string? context)
    {
        if (_own.Count == MaxOwn)
        {
            return null;
        }

        var elsewhere = ElsewhereOf(context);
        // Routine work of which no trace is kept may turn out to begin something all the same: that is a trace then.
        var parent = elsewhere ?? (_batch.Recorded ? _batch.Context : default);
        Activity.Current = null;
        var activity = _source.CreateActivity(name, _kind, parent, links: elsewhere is null || !_batch.Recorded ? null : [new ActivityLink(_batch.Context)])
            ?.SetStartTime(_batch.StartTimeUtc).Start();
        // What runs is the batch, whoever it runs for.
        Activity.Current = _batch;
        if (activity is not null)
        {
            _own.Add(activity);
        }

        return activity;
    }

    /// <summary>Under which context it goes on with what came with <paramref name="context"/>: the batch's, or that of a span of its own in its own trace.</summary>
    public string? ContextOf(string name, string? context) =>
        ElsewhereOf(context) is null ? _batch.Id : Begin(name, context)?.Id ?? context;

    /// <summary>The batch has failed, and with it all that began in it.</summary>
    public void Fail(Exception fault)
    {
        _batch.Fail(fault);
        _own.ForEach(activity => activity.Fail(fault));
    }

    public void Dispose()
    {
        _own.ForEach(static activity => activity.Dispose());
        _batch.Dispose();
        Activity.Current = _outer;
    }

    /// <summary>What nobody will see is no parent among others that somebody will; where it is all there is, the batch is not seen either.</summary>
    private static (List<ActivityContext> Sampled, ActivityContext? Unsampled) Read(IEnumerable<string?> contexts)
    {
        var sampled = new List<ActivityContext>();
        ActivityContext? unsampled = null;
        foreach (var text in contexts.Where(static text => text is not null).Distinct(StringComparer.Ordinal))
        {
            // One more than there are links: the first may be the parent.
            if (sampled.Count > MaxLinks)
            {
                break;
            }

            if (Read(text) is not { } context)
            {
                continue;
            }

            if (IsSampled(context))
            {
                sampled.Add(context);
            }
            else
            {
                unsampled ??= context;
            }
        }

        return (sampled, unsampled);
    }

    private static ActivityContext? Read(string? text) => ActivityContext.TryParse(text, null, isRemote: true, out var context) ? context : null;

    private static bool IsSampled(ActivityContext context) => (context.TraceFlags & ActivityTraceFlags.Recorded) != 0;

    /// <summary>Null for what is of the batch's own trace, or has none that is seen.</summary>
    private ActivityContext? ElsewhereOf(string? context) => Read(context) is { } own && own != _parent && IsSampled(own) ? own : null;
}

/// <summary>How a fault is told in a trace.</summary>
public static class SpanFault
{
    /// <summary>
    /// The kind of the fault, and its sentence where it is one about an engine. No other message: it may quote what was being worked on, which
    /// the log holds and a trace should not.
    /// </summary>
    public static void Fail(this Activity activity, Exception fault)
    {
        ArgumentNullException.ThrowIfNull(activity);
        ArgumentNullException.ThrowIfNull(fault);
        activity.SetTag("error.type", fault.GetType().FullName);
        activity.SetStatus(ActivityStatusCode.Error, fault is EngineUnavailableException ? fault.Message : fault.GetType().Name);
    }
}
