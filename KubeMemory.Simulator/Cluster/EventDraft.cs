namespace KubeMemory.Simulator.Cluster;

/// <summary>What a component says about an object; <see cref="ClusterState.RecordEvent"/> makes an Event of it.</summary>
/// <param name="Namespace">The namespace of the object; the Events of a cluster-scoped one go to "default".</param>
/// <param name="Kind">The kind of the object, "Pod".</param>
/// <param name="Name">The name of the object.</param>
/// <param name="Uid">The uid of the object.</param>
/// <param name="Reason">A CamelCase reason, "BackOff".</param>
/// <param name="Message">The sentence for people.</param>
/// <param name="Type">"Warning" or "Normal".</param>
/// <param name="FieldPath">The part of the object, "spec.containers{api}".</param>
/// <param name="Component">Who says it, "kubelet".</param>
/// <param name="Host">The node on which the component runs.</param>
public sealed record EventDraft(
    string Namespace,
    string Kind,
    string Name,
    string Uid,
    string Reason,
    string Message,
    string Type = "Warning",
    string? FieldPath = null,
    string Component = "kubelet",
    string? Host = null);
