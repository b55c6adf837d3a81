using System.Text.Json.Nodes;
using KubeMemory.Simulator.Cluster;

namespace KubeMemory.Simulator.Load;

/// <summary>One pod that Events of a load are about.</summary>
internal sealed record LoadPod(string Name, string Uid, string Container, string Image, string Node);

/// <summary>The Deployments, ReplicaSets and Pods under a load.</summary>
internal static class LoadCluster
{
    public const string Namespace = "load";
    private const int Nodes = 20;

    public static IReadOnlyList<LoadPod> Apply(ClusterState state, LoadOptions options)
    {
        for (var n = 0; n < Math.Min(Nodes, options.Pods); n++)
        {
            state.Apply("nodes", Node(NodeName(n)));
        }

        var pods = new List<LoadPod>(options.Pods);
        for (var w = 0; w < options.Workloads; w++)
        {
            var replicas = (options.Pods / options.Workloads) + (w < options.Pods % options.Workloads ? 1 : 0);
            var name = $"storefront-checkout-service-{w:00}";
            var deployment = state.Apply("deployments", Controller(name, name, null, replicas));
            var replicaSet = state.Apply("replicasets", Controller($"{name}-{Hash(w)}", name, deployment, replicas));
            for (var p = 0; p < replicas; p++)
            {
                var pod = new LoadPod(
                    $"{name}-{Hash(w)}-{Suffix(p)}", Guid.NewGuid().ToString(), "checkout-service", $"registry.example.com/storefront/{name}:1.{w}.0", NodeName(pods.Count % Nodes));
                state.Apply("pods", Pod(pod, name, replicaSet));
                pods.Add(pod);
            }
        }

        return pods;
    }

    private static JsonObject Node(string name) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["status"] = new JsonObject { ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }) },
    };

    private static JsonObject Controller(string name, string app, JsonObject? owner, int replicas)
    {
        var metadata = new JsonObject { ["name"] = name, ["namespace"] = Namespace, ["labels"] = new JsonObject { ["app"] = app } };
        if (owner is not null)
        {
            metadata["ownerReferences"] = Owned(owner);
        }

        return new JsonObject
        {
            ["metadata"] = metadata,
            ["spec"] = new JsonObject { ["replicas"] = replicas, ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = app } } },
            ["status"] = new JsonObject { ["replicas"] = replicas, ["readyReplicas"] = 0 },
        };
    }

    private static JsonObject Pod(LoadPod pod, string app, JsonObject replicaSet) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = pod.Name,
            ["namespace"] = Namespace,
            ["uid"] = pod.Uid,
            ["labels"] = new JsonObject { ["app"] = app, ["pod-template-hash"] = pod.Name.Split('-')[^2] },
            ["ownerReferences"] = Owned(replicaSet),
        },
        ["spec"] = new JsonObject
        {
            ["nodeName"] = pod.Node,
            ["containers"] = new JsonArray(new JsonObject { ["name"] = pod.Container, ["image"] = pod.Image }),
        },
        ["status"] = new JsonObject
        {
            ["phase"] = "Running",
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "False" }),
            ["containerStatuses"] = new JsonArray(new JsonObject
            {
                ["name"] = pod.Container,
                ["image"] = pod.Image,
                ["ready"] = false,
                ["restartCount"] = 3,
                // Running: what the state says would be counted beside what the Events say.
                ["state"] = new JsonObject { ["running"] = new JsonObject { ["startedAt"] = "2026-01-01T00:00:00Z" } },
            }),
        },
    };

    private static JsonArray Owned(JsonObject owner) => [new JsonObject
    {
        ["apiVersion"] = "apps/v1",
        ["kind"] = (string?)owner["kind"],
        ["name"] = (string?)owner["metadata"]!["name"],
        ["uid"] = (string?)owner["metadata"]!["uid"],
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    }];

    // As long as the names that cloud providers give.
    private static string NodeName(int number) => $"gke-production-europe-west1-default-pool-3f1c8a52-{number:0000}";

    private static string Hash(int workload) => Letters((workload * 7919) + 104_729, 9);

    private static string Suffix(int pod) => Letters((pod * 104_729) + 7919, 5);

    // The alphabet of Kubernetes' generated names.
    private static string Letters(long number, int length)
    {
        const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
        return string.Create(length, number, static (span, n) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = Alphabet[(int)(n % Alphabet.Length)];
                n /= Alphabet.Length;
            }
        });
    }
}
