using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Redaction;
using KubeMemory.Core.Signals;
using KubeMemory.Watcher.Events;
using KubeMemory.Watcher.Informers;
using KubeMemory.Watcher.State;

namespace KubeMemory.Watcher.Watch;

/// <param name="View">What was listed; evidence is fetched against it.</param>
/// <param name="Received">Events and state facts seen.</param>
/// <param name="Filtered">Events about normal life.</param>
/// <param name="Warnings">What could not be listed, one sentence each.</param>
public sealed record SyncResult(ClusterView View, long Received, long Filtered, long Signals, IReadOnlyList<string> Warnings);

/// <summary>
/// Lists a whole cluster once and tells it in the order of the live watch: the cluster, Events, state, health. For captures.
/// </summary>
/// <param name="time">The capture's clock: stands still.</param>
public sealed class ClusterSync(TimeProvider time)
{
    /// <param name="namespaces">A single <c>*</c>: all.</param>
    /// <param name="capturedAt">Null for a live cluster.</param>
    /// <param name="sink">Gets at most 1,000 envelopes at a time, in order.</param>
    public async Task<SyncResult> RunOnceAsync(
        IKubernetesReader reader,
        string clusterId,
        string clusterName,
        IReadOnlyList<string> namespaces,
        DateTimeOffset? capturedAt,
        Func<IReadOnlyList<SignalEnvelope>, Task> sink,
        CancellationToken cancellationToken)
    {
        var view = new ClusterView();
        var builder = new SignalBuilder(clusterId, view, Redactor.Default);
        var output = new Output(sink);
        using var state = new StateIntake(new StateTracker(view, builder, time), output, time);
        var scopes = namespaces.Contains(WatcherOptions.AllNamespaces) ? [WatcherOptions.AllNamespaces] : namespaces;
        var lists = new Lists(reader, cancellationToken);

        await lists.ReadAsync(KubeResources.Nodes, null, state.Nodes()).ConfigureAwait(false);
        var podsReadable = true;
        foreach (var ns in scopes.Select(NamespaceOf))
        {
            foreach (var workload in KubeResources.Workloads)
            {
                await lists.ReadAsync(workload, ns, state.Workloads(workload.Kind, ns)).ConfigureAwait(false);
            }

            podsReadable &= await lists.ReadAsync(KubeResources.Pods, ns, state.Pods(ns)).ConfigureAwait(false);
        }

        var cluster = new ClusterSignal { ClusterId = clusterId, Name = clusterName, CapturedAt = capturedAt, PodsReadable = podsReadable };
        await output.WriteAsync(new SignalBatch(null, null, time.GetUtcNow(), [cluster], 0, 0), cancellationToken).ConfigureAwait(false);
        foreach (var scope in scopes)
        {
            await lists.ReadAsync(KubeResources.Events, NamespaceOf(scope), new EventIntake(builder, output, scope, null, time)).ConfigureAwait(false);
        }

        await state.ArmAsync(null, cancellationToken).ConfigureAwait(false);
        return new SyncResult(view, output.Received, output.Filtered, output.Signals, lists.Warnings);
    }

    private static string? NamespaceOf(string scope) => scope == WatcherOptions.AllNamespaces ? null : scope;

    private sealed class Lists(IKubernetesReader reader, CancellationToken cancellationToken)
    {
        public List<string> Warnings { get; } = [];

        public async Task<bool> ReadAsync<T>(KubeResource<T> resource, string? ns, IInformerSink<T> sink)
            where T : class
        {
            try
            {
                var pages = new PageSequence<T>(reader, resource, ns, Informer<T>.PageSize);
                await sink.ListedAsync(pages, cancellationToken).ConfigureAwait(false);
                if (pages.Unreadable > 0)
                {
                    Warnings.Add($"{pages.Unreadable} object(s) of {resource.Plural} could not be read and were passed over.");
                }

                return true;
            }
            catch (KubernetesException e)
            {
                Warnings.Add(e.Message);
                return false;
            }
        }
    }

    private sealed class Output(Func<IReadOnlyList<SignalEnvelope>, Task> sink) : ISignalSink
    {
        public long Received { get; private set; }

        public long Filtered { get; private set; }

        public long Signals { get; private set; }

        public async ValueTask WriteAsync(SignalBatch batch, CancellationToken cancellationToken)
        {
            Received += batch.Received;
            Filtered += batch.Filtered;
            Signals += batch.Signals.Count;
            foreach (var part in batch.Signals.Chunk(SignalAppender.FlushAt))
            {
                await sink([.. part.Select(s => new SignalEnvelope(SignalEnvelope.CurrentVersion, batch.ReceivedAt, batch.TraceParent, s))]).ConfigureAwait(false);
            }
        }
    }
}
