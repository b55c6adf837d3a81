using KubeMemory.Core.Classification;
using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Signals;

/// <summary>What other workloads may fail for as well: see <see cref="FailureSignal.CauseKeys"/>.</summary>
internal static class CauseKeysOf
{
    public static IReadOnlyList<string> Failure(FailureFacts facts)
    {
        List<string>? keys = null;
        var said = facts.Reading.Classified;
        if (said.Type == IncidentType.ImagePullBackOff && facts.Image is { Length: > 0 } image)
        {
            // Three images that do not exist are three mistakes, not an outage of their registry.
            if (said.BlamesRegistry)
            {
                Add($"registry:{ImageReference.RegistryOf(image)}");
            }

            Add($"image:{image}");
        }

        if (said.NodeCondition is { } condition && facts.Node is { } node)
        {
            Add($"node-condition:{node}/{condition}");
        }

        if (said.Quota is { } quota)
        {
            Add($"quota:{facts.Namespace}/{quota}");
        }

        if (said.Volume is { } volume)
        {
            Add($"volume:{volume}");
        }

        if (said.Claim is { } claim)
        {
            Add($"volume:{facts.Namespace}/{claim}");
        }

        if (said.DnsName is { } name)
        {
            Add($"dns:{name}");
        }

        return keys ?? (IReadOnlyList<string>)[];

        void Add(string key) => (keys ??= []).Add(key);
    }
}
