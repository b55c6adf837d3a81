using System.Collections;
using System.Text;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;

namespace KubeMemory.Tests.Deploy;

/// <summary>Kubernetes objects, read as strictly as an API server reads them: a field that the schema does not know is an error.</summary>
internal sealed partial class Manifests : IEnumerable<object>
{
    private readonly IReadOnlyList<object> _objects;

    private Manifests(IReadOnlyList<object> objects) => _objects = objects;

    public static Manifests Parse(string yaml) => new(KubernetesYaml.LoadAllFromString(yaml, strict: true));

    public IReadOnlyList<T> All<T>() => [.. _objects.OfType<T>()];

    /// <summary>As the kubelet makes it: <c>envFrom</c> first, <c>$(NAME)</c> replaced.</summary>
    public Dictionary<string, string> EnvironmentOf(V1Container container)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var from in container.EnvFrom ?? [])
        {
            foreach (var (name, value) in from.SecretRef is { } secret ? SecretOf(secret.Name) : All<V1ConfigMap>().Single(c => c.Name() == from.ConfigMapRef.Name).Data)
            {
                environment[name] = value;
            }
        }

        foreach (var variable in container.Env ?? [])
        {
            environment[variable.Name] = variable.ValueFrom?.SecretKeyRef is { } key
                ? SecretOf(key.Name)[key.Key]
                : Reference().Replace(variable.Value, match => environment[match.Groups[1].Value]);
        }

        return environment;
    }

    public IEnumerator<object> GetEnumerator() => _objects.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private Dictionary<string, string> SecretOf(string name) =>
        All<V1Secret>().Single(s => s.Name() == name).Data.ToDictionary(entry => entry.Key, entry => Encoding.UTF8.GetString(entry.Value));

    [GeneratedRegex(@"\$\((\w+)\)")]
    private static partial Regex Reference();
}
