using System.Text.RegularExpressions;
using k8s.Models;
using KubeMemory.Watcher;
using Xunit;

namespace KubeMemory.Tests.Deploy;

/// <summary>What <c>kubectl apply -k</c> sends: read by Kubernetes' own models, and checked for what only shows once it runs.</summary>
public sealed partial class KubernetesManifestTests : IDisposable
{
    private const string Namespace = "kubememory";
    private const string Prefix = "kubememory-";

    private readonly DeployFolder _deploy = new();

    /// <summary>The overlays, alone and with each component that goes with them.</summary>
    public static TheoryData<string, string[]> Sizes => new()
    {
        { "embedded", [] },
        { "embedded", ["namespaced", "monitoring", "openid"] },
        { "embedded", ["ollama"] },
        { "distributed", [] },
        { "distributed", ["namespaced", "monitoring", "openid"] },
        { "distributed", ["ollama"] },
        { "distributed", ["external-engines"] },
    };

    public void Dispose() => _deploy.Dispose();

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Objects_OfASize_AreInTheNamespaceAndOnceEach(string overlay, params string[] components)
    {
        var manifests = await _deploy.RenderAsync(overlay, components);

        Assert.Equal(Namespace, Assert.Single(manifests.All<V1Namespace>()).Name());
        Assert.Equal(manifests.Count(), manifests.Select(o => (o.GetType(), ((IMetadata<V1ObjectMeta>)o).Metadata.NamespaceProperty, ((IMetadata<V1ObjectMeta>)o).Metadata.Name)).Distinct().Count());
        Assert.All(
            manifests.Where(o => o is not (V1Namespace or V1ClusterRole or V1ClusterRoleBinding or V1Role or V1RoleBinding)),
            o => Assert.Equal(Namespace, ((IMetadata<V1ObjectMeta>)o).Metadata.NamespaceProperty));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Selectors_OfASize_TakePodsThatAreThere(string overlay, params string[] components)
    {
        var manifests = await _deploy.RenderAsync(overlay, components);
        var runs = PodRun.Of(manifests);

        Assert.NotEmpty(runs);
        Assert.All(runs, run => Assert.True(run.IsSelectedBy(run.Selector), run.Name));
        // No selector takes another one's pods.
        Assert.All(runs, run => Assert.Equal(run, Assert.Single(runs, other => other.IsSelectedBy(run.Selector))));
        foreach (var service in manifests.All<V1Service>())
        {
            var run = Assert.Single(runs, run => run.IsSelectedBy(service.Spec.Selector));
            Assert.Equal("ClusterIP", service.Spec.Type);
            Assert.All(service.Spec.Ports, port => Assert.True(run.HasPort(port.TargetPort), $"{service.Name()} leads to port {port.TargetPort.Value} of {run.Name}"));
        }

        foreach (var budget in manifests.All<V1PodDisruptionBudget>())
        {
            var run = Assert.Single(runs, run => run.IsSelectedBy(budget.Spec.Selector));
            // Of a single pod it would hold up every drain.
            Assert.True(run.Replicas > 1, budget.Name());
        }

        Assert.All(manifests.All<V1StatefulSet>(), set => Assert.Contains(manifests.All<V1Service>(), service => service.Name() == set.Spec.ServiceName));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task References_OfASize_NameWhatIsThere(string overlay, params string[] components)
    {
        var manifests = await _deploy.RenderAsync(overlay, components);
        var secrets = manifests.All<V1Secret>().ToDictionary(s => s.Name());
        var settings = manifests.All<V1ConfigMap>().ToDictionary(c => c.Name());
        foreach (var run in PodRun.Of(manifests))
        {
            Assert.Contains(manifests.All<V1ServiceAccount>(), account => account.Name() == run.Spec.ServiceAccountName);
            Assert.All(
                run.Spec.Volumes.Where(volume => volume.PersistentVolumeClaim is not null),
                volume => Assert.Contains(manifests.All<V1PersistentVolumeClaim>(), claim => claim.Name() == volume.PersistentVolumeClaim.ClaimName));
            foreach (var container in run.Containers)
            {
                Assert.All(container.EnvFrom ?? [], from => Assert.True(from.SecretRef is { } secret ? secrets.ContainsKey(secret.Name) : settings.ContainsKey(from.ConfigMapRef.Name), run.Name));
                Assert.All(
                    (container.Env ?? []).Select(variable => variable.ValueFrom?.SecretKeyRef).OfType<V1SecretKeySelector>(),
                    key => Assert.True(secrets[key.Name].Data.ContainsKey(key.Key) || key.Optional == true, $"{run.Name} wants {key.Key} of {key.Name}"));
                Assert.All(container.VolumeMounts ?? [], mount => Assert.Contains(mount.Name, VolumesOf(manifests, run)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Containers_OfASize_AreRestrictedAndBounded(string overlay, params string[] components)
    {
        var manifests = await _deploy.RenderAsync(overlay, components);

        Assert.Equal("restricted", Assert.Single(manifests.All<V1Namespace>()).Metadata.Labels["pod-security.kubernetes.io/enforce"]);
        foreach (var run in PodRun.Of(manifests))
        {
            Assert.True(run.Spec.SecurityContext is { RunAsNonRoot: true, RunAsUser: > 0, RunAsGroup: > 0, SeccompProfile.Type: "RuntimeDefault" }, run.Name);
            Assert.True(run.Spec is { HostNetwork: null, HostPID: null, HostIPC: null, EnableServiceLinks: false }, run.Name);
            Assert.DoesNotContain(run.Spec.Volumes, volume => volume.HostPath is not null);
            Assert.All(run.Containers, container =>
            {
                Assert.True(container.SecurityContext is { AllowPrivilegeEscalation: false, ReadOnlyRootFilesystem: true, Privileged: null, Capabilities: { Drop: ["ALL"], Add: null } }, run.Name);
                Assert.All((string[])["cpu", "memory"], resource => Assert.True(container.Resources.Requests.ContainsKey(resource) && container.Resources.Limits.ContainsKey(resource), run.Name));
            });
            Assert.All(run.Spec.Containers, container => Assert.True(container is { StartupProbe: not null, LivenessProbe: not null, ReadinessProbe: not null }, run.Name));
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Images_OfASize_ArePinned(string overlay, params string[] components)
    {
        var manifests = await _deploy.RenderAsync(overlay, components);

        Assert.All(PodRun.Of(manifests).SelectMany(run => run.Containers), container => Assert.Matches(ExactTag(), container.Image));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Tokens_OfASize_AreTheWatchersAlone(string overlay, params string[] components)
    {
        var manifests = await _deploy.RenderAsync(overlay, components);
        var holders = PodRun.Of(manifests).Where(run => run.Spec.AutomountServiceAccountToken != false).ToList();

        var holder = Assert.Single(holders);
        Assert.Equal(overlay == "embedded" ? "Deployment kubememory-standalone" : "Deployment kubememory-watcher", holder.Name);
        Assert.Equal("kubememory-watcher", holder.Spec.ServiceAccountName);
        Assert.All(manifests.All<V1ServiceAccount>(), account => Assert.False(account.AutomountServiceAccountToken));
        Assert.Contains(holder.Spec.Containers[0].Env, variable => variable is { Name: WatcherOptions.InClusterKey, Value: "true" });
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Probes_OfOurPrograms_AskWhatTheyAnswer(string overlay, params string[] components)
    {
        var manifests = await _deploy.RenderAsync(overlay, components);
        foreach (var (run, container) in Own(manifests))
        {
            Assert.Equal("/alive", container.StartupProbe.HttpGet.Path);
            Assert.Equal("/alive", container.LivenessProbe.HttpGet.Path);
            Assert.Equal("/health", container.ReadinessProbe.HttpGet.Path);
            Assert.All((V1Probe[])[container.StartupProbe, container.LivenessProbe, container.ReadinessProbe], probe => Assert.True(run.HasPort(probe.HttpGet.Port), run.Name));
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Images_OfOurPrograms_AreThoseOfTheProjectsWithTheirPorts(string overlay, params string[] components)
    {
        var manifests = await _deploy.RenderAsync(overlay, components);
        var programs = await ContainerProperties.ReadAllAsync();
        foreach (var (run, container) in Own(manifests))
        {
            var program = Assert.Single(programs, p => container.Image == $"{p.Repository}:{p.Tag}");
            Assert.Equal(program.User, run.Spec.SecurityContext.RunAsUser.ToString());
            Assert.Equal(program.Ports.Order(), container.Ports.Select(port => port.ContainerPort).Order());
            if (container.Args is not null)
            {
                Assert.Equal(program.DefaultArgs, container.Args);
            }

            Assert.All(program.Environment, variable => Assert.True((container.Env ?? []).All(v => v.Name != variable.Key || v.Value == variable.Value), variable.Key));
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Variables_OfOurPrograms_AreSettingsThatTheyRead(string overlay, params string[] components)
    {
        var manifests = await _deploy.RenderAsync(overlay, components);
        foreach (var (_, container) in Own(manifests))
        {
            var environment = manifests.EnvironmentOf(container);
            Assert.All(environment, variable => Assert.True(KnownSettings.Contains(variable.Key), $"{variable.Key} of {container.Name}"));
            KnownSettings.CheckValues(environment);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Access_OfASize_IsByKeysThatNobodyCanGuess(string overlay, params string[] components)
    {
        var manifests = await _deploy.RenderAsync(overlay, components);

        Assert.All(Own(manifests), own => KnownSettings.CheckAccess(manifests.EnvironmentOf(own.Container)));
        var passwords = manifests.All<V1Secret>().Where(secret => !secret.Name().StartsWith("kubememory-connections", StringComparison.Ordinal))
            .SelectMany(secret => secret.Data).Where(entry => entry.Key.EndsWith("Key", StringComparison.Ordinal) || entry.Key.EndsWith("_PASSWORD", StringComparison.Ordinal))
            .Select(entry => System.Text.Encoding.UTF8.GetString(entry.Value)).ToList();
        Assert.All(passwords, password => Assert.Matches("^[0-9a-f]{64}$", password));
        Assert.Equal(passwords.Count, passwords.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task NetworkPolicies_OfASize_DenyByDefaultAndLetTheArrowsThrough(string overlay, params string[] components)
    {
        var manifests = await _deploy.RenderAsync(overlay, components);
        var runs = PodRun.Of(manifests);
        var policies = manifests.All<V1NetworkPolicy>();

        var closed = Assert.Single(policies, policy => policy.Name() == "kubememory-default-deny");
        Assert.True(closed.Spec is { Ingress: null, Egress: null, PolicyTypes: ["Ingress", "Egress"] });
        Assert.All(runs, run => Assert.True(run.IsSelectedBy(closed.Spec.PodSelector)));
        Assert.All(policies, policy => Assert.Contains(runs, run => run.IsSelectedBy(policy.Spec.PodSelector)));
        foreach (var (run, container) in Own(manifests))
        {
            foreach (var (service, port) in Services(manifests, manifests.EnvironmentOf(container)))
            {
                var target = Assert.Single(runs, other => other.IsSelectedBy(service.Spec.Selector));
                Assert.Contains(service.Spec.Ports, p => p.Port == port);
                Assert.True(policies.Any(p => run.IsSelectedBy(p.Spec.PodSelector) && LetsOut(p, target, port)), $"{run.Name} may not ask {service.Name()}");
                Assert.True(policies.Any(p => target.IsSelectedBy(p.Spec.PodSelector) && LetsIn(p, run, port)), $"{target.Name} may not be asked by {run.Name}");
            }
        }

        // Engines ask nobody, but for Ollama, which fetches its models.
        Assert.All(
            runs.Where(run => run.Spec.Containers[0].Name is "postgres" or "redis" or "neo4j" or "chroma"),
            run => Assert.DoesNotContain(policies, p => p.Name() != "kubememory-dns" && run.IsSelectedBy(p.Spec.PodSelector) && p.Spec.Egress is not null));
    }

    [Fact]
    public async Task Embedded_OneProcessADataFolder_EndsBeforeTheNextStarts()
    {
        var manifests = await _deploy.RenderAsync("embedded");

        var deployment = Assert.Single(manifests.All<V1Deployment>());
        Assert.Equal((1, "Recreate"), (deployment.Spec.Replicas, deployment.Spec.Strategy.Type));
        Assert.Equal(1654, deployment.Spec.Template.Spec.SecurityContext.FsGroup);
        Assert.Equal("/data", Assert.Single(deployment.Spec.Template.Spec.Containers[0].VolumeMounts).MountPath);
    }

    [Fact]
    public async Task Distributed_EveryService_IsThereTwiceAndSurvivesADrain()
    {
        var manifests = await _deploy.RenderAsync("distributed");

        Assert.All(manifests.All<V1Deployment>(), deployment => Assert.Equal(2, deployment.Spec.Replicas));
        Assert.Equal(["kubememory-api", "kubememory-watcher", "kubememory-web"], manifests.All<V1PodDisruptionBudget>().Select(budget => budget.Name()).Order());
        Assert.Equal("ClientIP", Assert.Single(manifests.All<V1Service>(), service => service.Name() == "kubememory-web").Spec.SessionAffinity);
        Assert.Equal(
            ["chroma", "neo4j", "postgres", "redis"],
            manifests.All<V1StatefulSet>().Where(set => set.Spec.VolumeClaimTemplates is [{ Metadata.Name: "data" }]).Select(set => set.Name()[Prefix.Length..]).Order());
    }

    [Fact]
    public async Task Render_SecretsWereNotMade_SaysWhichFileIsMissing()
    {
        var (code, output, error) = await _deploy.KustomizeAsync(_deploy.PathOf("kubernetes/overlays/embedded"));

        Assert.NotEqual(0, code);
        Assert.Empty(output);
        Assert.Contains("access.env", error, StringComparison.Ordinal);
    }

    private static IEnumerable<(PodRun Run, V1Container Container)> Own(Manifests manifests) =>
        PodRun.Of(manifests).SelectMany(run => run.Spec.Containers, (run, container) => (run, container))
            .Where(own => own.container.Image.StartsWith("kubememory", StringComparison.Ordinal));

    private static IEnumerable<string> VolumesOf(Manifests manifests, PodRun run) =>
        run.Spec.Volumes.Select(volume => volume.Name)
            .Concat(manifests.All<V1StatefulSet>().Where(set => set.Metadata == run.Metadata).SelectMany(set => set.Spec.VolumeClaimTemplates ?? []).Select(claim => claim.Name()));

    /// <summary>The services of the namespace that a program's settings name, with the port.</summary>
    private static IEnumerable<(V1Service Service, int Port)> Services(Manifests manifests, Dictionary<string, string> environment) =>
        environment.Values
            .SelectMany(value => ServiceAndPort().Matches(value))
            .Select(match => (manifests.All<V1Service>().Single(s => s.Name() == match.Groups["name"].Value), int.Parse(match.Groups["port"].Value, System.Globalization.CultureInfo.InvariantCulture)));

    private static bool LetsOut(V1NetworkPolicy policy, PodRun target, int port) =>
        (policy.Spec.Egress ?? []).Any(rule => Reaches(rule.To, target) && HasPort(rule.Ports, port));

    private static bool LetsIn(V1NetworkPolicy policy, PodRun source, int port) =>
        (policy.Spec.Ingress ?? []).Any(rule => Reaches(rule.FromProperty, source) && HasPort(rule.Ports, port));

    private static bool Reaches(IList<V1NetworkPolicyPeer>? peers, PodRun run) =>
        peers is null || peers.Any(peer => peer.PodSelector is { } selector && run.IsSelectedBy(selector));

    private static bool HasPort(IList<V1NetworkPolicyPort> ports, int port) =>
        ports.Any(p => p.Port.Value == port.ToString(System.Globalization.CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^[a-z0-9./-]+:\d+\.\d+[a-z0-9.-]*$")]
    private static partial Regex ExactTag();

    // Host=kubememory-postgres;Port=5432, kubememory-redis:6379, http://kubememory-chroma:8000
    [GeneratedRegex(@"(?<name>kubememory-[a-z0-9]+)(:|;Port=)(?<port>\d+)")]
    private static partial Regex ServiceAndPort();
}
