using k8s.Models;

namespace KubeMemory.Tests.Deploy;

/// <summary>What makes pods, whatever its kind.</summary>
/// <param name="Name">Like <c>Deployment kubememory-api</c>.</param>
internal sealed record PodRun(string Name, V1ObjectMeta Metadata, V1LabelSelector Selector, V1PodTemplateSpec Template, int? Replicas)
{
    public V1PodSpec Spec => Template.Spec;

    public IEnumerable<V1Container> Containers => Spec.Containers.Concat(Spec.InitContainers ?? []);

    public static IReadOnlyList<PodRun> Of(Manifests manifests) =>
    [
        .. manifests.All<V1Deployment>().Select(d => new PodRun($"Deployment {d.Name()}", d.Metadata, d.Spec.Selector, d.Spec.Template, d.Spec.Replicas)),
        .. manifests.All<V1StatefulSet>().Select(s => new PodRun($"StatefulSet {s.Name()}", s.Metadata, s.Spec.Selector, s.Spec.Template, s.Spec.Replicas)),
    ];

    /// <summary>Whether a selector takes its pods.</summary>
    public bool IsSelectedBy(V1LabelSelector selector)
    {
        var labels = Template.Metadata.Labels;
        return (selector.MatchLabels ?? new Dictionary<string, string>()).All(wanted => labels.TryGetValue(wanted.Key, out var value) && value == wanted.Value)
            && (selector.MatchExpressions ?? []).All(e => e.OperatorProperty == "In" && labels.TryGetValue(e.Key, out var value) && e.Values.Contains(value));
    }

    public bool IsSelectedBy(IDictionary<string, string> labels) => IsSelectedBy(new V1LabelSelector { MatchLabels = labels });

    /// <summary>The container's port of that name or number.</summary>
    public bool HasPort(IntOrString port) =>
        Containers.SelectMany(container => container.Ports ?? []).Any(p => p.Name == port.Value || p.ContainerPort.ToString(System.Globalization.CultureInfo.InvariantCulture) == port.Value);
}
