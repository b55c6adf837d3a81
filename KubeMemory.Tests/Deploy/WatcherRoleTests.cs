using k8s.Models;
using KubeMemory.Core.Clusters;
using KubeMemory.Simulator.Access;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Server;
using KubeMemory.Tests.EndToEnd;
using KubeMemory.Watcher;
using KubeMemory.Watcher.Permissions;
using Xunit;

namespace KubeMemory.Tests.Deploy;

/// <summary>The roles of the manifests hold the rights that the watcher uses: all of them, and no other.</summary>
public sealed class WatcherRoleTests : IDisposable
{
    private static readonly string[] Verbs = ["get", "list", "watch"];

    private readonly DeployFolder _deploy = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _deploy.Dispose();

    [Fact]
    public async Task ClusterRole_ReadBesideTheCode_HoldsExactlyItsRights()
    {
        var manifests = await _deploy.RenderAsync("distributed");
        var role = Assert.Single(manifests.All<V1ClusterRole>());
        var binding = Assert.Single(manifests.All<V1ClusterRoleBinding>());

        AssertSame(PermissionCheck.RightsFor([WatcherOptions.AllNamespaces]), RightsOf(role.Rules, null));
        Assert.Equal(("ClusterRole", role.Metadata.Name), (binding.RoleRef.Kind, binding.RoleRef.Name));
        AssertIsWatcher(Assert.Single(binding.Subjects));
        Assert.Empty(manifests.All<V1Role>());
    }

    [Fact]
    public async Task Role_ReadBesideTheCode_HoldsExactlyTheRightsInItsNamespace()
    {
        var manifests = await _deploy.RenderAsync("distributed", "namespaced");
        var role = Assert.Single(manifests.All<V1Role>());
        var binding = Assert.Single(manifests.All<V1RoleBinding>());

        Assert.Equal(["default", "default"], new[] { role.Metadata.NamespaceProperty, binding.Metadata.NamespaceProperty });
        AssertSame(PermissionCheck.RightsFor(["default"]).Where(right => right.Namespace is not null), RightsOf(role.Rules, "default"));
        Assert.Equal(("Role", role.Metadata.Name), (binding.RoleRef.Kind, binding.RoleRef.Name));
        AssertIsWatcher(Assert.Single(binding.Subjects));
        Assert.Empty(manifests.All<V1ClusterRole>());
        Assert.Empty(manifests.All<V1ClusterRoleBinding>());
        Assert.Equal("default", Assert.Single(manifests.All<V1ConfigMap>()).Data[WatcherOptions.NamespacesKey]);
    }

    [Fact]
    public async Task Role_AppliedToAnotherNamespace_IsThatNamespaces()
    {
        var manifests = Manifests.Parse(_deploy.Read("kubernetes/components/namespaced/default/role.yaml"));

        // kubectl apply -n NAME takes only objects that name none themselves.
        Assert.Null(Assert.Single(manifests.All<V1Role>()).Metadata.NamespaceProperty);
        Assert.Null(Assert.Single(manifests.All<V1RoleBinding>()).Metadata.NamespaceProperty);
        AssertIsWatcher(Assert.Single(Assert.Single(manifests.All<V1RoleBinding>()).Subjects));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task ClusterRole_Enforced_IsUsedVerbByVerbAndIsEnough()
    {
        var rights = RightsOf(Assert.Single((await _deploy.RenderAsync("embedded")).All<V1ClusterRole>()).Rules, null);
        await using var cluster = await WatchedCluster.StartAsync(c => Enforce(rights, c.Server.Access));

        await FailAsync(cluster, "shop");

        foreach (var right in rights)
        {
            // Those that nobody asks for are waited for in vain.
            await cluster.Server.WaitForRequestAsync(request => RightOf(request) is { } used && used with { Namespace = null } == right, ct: Cancelled).WaitAsync(TimeSpan.FromMinutes(1), Cancelled);
        }

        Assert.Empty(Asked(cluster).Select(right => right with { Namespace = null }).Except(rights));
        var status = (await cluster.StatusAsync())!;
        Assert.Empty(status.MissingPermissions);
        Assert.Equal(WatchState.Watching, status.State);
    }

    [Fact]
    public async Task Role_Enforced_IsEnoughForItsNamespace()
    {
        var rights = RightsOf(Assert.Single((await _deploy.RenderAsync("embedded", "namespaced")).All<V1Role>()).Rules, "default");
        await using var cluster = await WatchedCluster.StartAsync(
            c =>
            {
                c.Server.Access.RestrictToNamespaces("default");
                Enforce([.. rights.Select(right => right with { Namespace = null })], c.Server.Access);
            },
            "default");

        await FailAsync(cluster, "default");

        foreach (var right in rights)
        {
            await cluster.Server.WaitForRequestAsync(request => RightOf(request) == right, ct: Cancelled).WaitAsync(TimeSpan.FromMinutes(1), Cancelled);
        }

        // The cluster's own things are asked for, and done without.
        Assert.Equal(["get namespaces", "list nodes"], Asked(cluster).Except(rights).Select(right => (right with { Namespace = null }).ToString()).Distinct().Order());
        Assert.Equal(["list nodes", "get namespaces"], (await cluster.StatusAsync())!.MissingPermissions);
        Assert.NotEmpty(await cluster.IncidentsAsync());
    }

    /// <summary>A pod with logs fails, and one that is gone by the time it is asked about.</summary>
    private static async Task FailAsync(WatchedCluster cluster, string ns)
    {
        var pod = (System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse($$$$"""
            {
              "metadata": {"namespace": "{{{{ns}}}}", "name": "web-1", "uid": "uid-web-1"},
              "spec": {"containers": [{"name": "app", "image": "app:1"}]},
              "status": {"phase": "Running", "containerStatuses": [{"name": "app", "ready": false, "restartCount": 3,
                "state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": {"terminated": {"exitCode": 1, "reason": "Error"}}}]}
            }
            """)!;
        cluster.State.Apply("pods", pod);
        cluster.State.SetLog(ns, "web-1", "app", "last words\n", previous: true);
        foreach (var name in (string[])["web-1", "gone-1"])
        {
            cluster.State.RecordEvent(new EventDraft(ns, "Pod", name, "uid-" + name, "BackOff", "Back-off restarting failed container app in pod", FieldPath: "spec.containers{app}"));
        }

        await WatchedCluster.UntilAsync(async () => (await cluster.IncidentsAsync()).Count >= 2);
    }

    /// <summary>Leaves the server's user these rights alone.</summary>
    private static void Enforce(IReadOnlyCollection<AccessRight> rights, AccessRules rules)
    {
        foreach (var right in KubernetesResource.All.SelectMany(r => Verbs, (r, verb) => new AccessRight(verb, r.Group, r.Plural, null)).Append(new("get", "", "pods/log", null)).Except(rights))
        {
            rules.Deny(right.Verb, right.Resource);
        }
    }

    private static IReadOnlyList<AccessRight> RightsOf(IEnumerable<V1PolicyRule> rules, string? ns) =>
    [
        .. from rule in rules
           from verb in rule.Verbs
           from apiGroup in rule.ApiGroups
           from resource in rule.Resources
           select new AccessRight(verb, apiGroup, resource, ns),
    ];

    private static IReadOnlyList<AccessRight> Asked(WatchedCluster cluster) => [.. cluster.Server.Requests.Select(RightOf).OfType<AccessRight>().Distinct()];

    /// <summary>Null where no right of a role is needed: versions, and the questions for one's own rights.</summary>
    private static AccessRight? RightOf(RequestRecord request) => request.Resource is not { } resource
        ? null
        : new AccessRight(
            request.Verb == "log" ? "get" : request.Verb,
            KubernetesResource.Find(resource)!.Group,
            request.Verb == "log" ? resource + "/log" : resource,
            KubernetesResource.Find(resource)!.Namespaced ? request.Namespace : null);

    private static void AssertSame(IEnumerable<AccessRight> expected, IReadOnlyList<AccessRight> actual)
    {
        Assert.Equal(expected.Select(Text).Order(StringComparer.Ordinal), actual.Select(Text).Order(StringComparer.Ordinal));
        // As a set: no rule says the same twice.
        Assert.Equal(actual.Count, actual.Distinct().Count());

        static string Text(AccessRight right) => $"{right.Group}/{right}";
    }

    private static void AssertIsWatcher(Rbacv1Subject subject) =>
        Assert.Equal(("ServiceAccount", "kubememory-watcher", "kubememory"), (subject.Kind, subject.Name, subject.NamespaceProperty));
}
