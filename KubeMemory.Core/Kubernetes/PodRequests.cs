namespace KubeMemory.Core.Kubernetes;

/// <summary>What the scheduler reserves for a pod.</summary>
internal static class PodRequests
{
    /// <summary>
    /// By resource: the larger of what all its containers ask for together and what the largest of its init containers does (those that
    /// stay, as sidecars, count with the containers), with its overhead; what the pod asks for as a whole stands above that.
    /// </summary>
    /// <remarks>https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers</remarks>
    public static Dictionary<string, decimal> Of(PodSpec? spec)
    {
        var total = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var container in spec?.Containers ?? [])
        {
            Add(total, RequestsOf(container));
        }

        var (sidecars, starting) = (new Dictionary<string, decimal>(StringComparer.Ordinal), new Dictionary<string, decimal>(StringComparer.Ordinal));
        foreach (var container in spec?.InitContainers ?? [])
        {
            var own = RequestsOf(container);
            if (container.RestartPolicy == "Always")
            {
                Add(total, own);
                Add(sidecars, own);
                continue;
            }

            Add(own, sidecars);
            Raise(starting, own);
        }

        Raise(total, starting);
        foreach (var (resource, amount) in Read(spec?.Resources?.Requests))
        {
            total[resource] = amount;
        }

        Add(total, Read(spec?.Overhead));
        return total;
    }

    // A limit without a request is a request: admission fills it in, and templates show it before.
    private static Dictionary<string, decimal> RequestsOf(ContainerSpec container)
    {
        var requests = Read(container.Resources?.Requests);
        foreach (var (resource, amount) in Read(container.Resources?.Limits))
        {
            requests.TryAdd(resource, amount);
        }

        return requests;
    }

    private static Dictionary<string, decimal> Read(Dictionary<string, string>? amounts)
    {
        var read = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (resource, text) in amounts ?? [])
        {
            if (Quantity.Parse(text) is { } amount)
            {
                read[resource] = amount;
            }
        }

        return read;
    }

    private static void Add(Dictionary<string, decimal> to, Dictionary<string, decimal> amounts)
    {
        foreach (var (resource, amount) in amounts)
        {
            to[resource] = to.GetValueOrDefault(resource) + amount;
        }
    }

    private static void Raise(Dictionary<string, decimal> to, Dictionary<string, decimal> amounts)
    {
        foreach (var (resource, amount) in amounts)
        {
            to[resource] = Math.Max(to.GetValueOrDefault(resource), amount);
        }
    }
}
