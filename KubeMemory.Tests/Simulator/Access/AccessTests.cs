using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using k8s;
using KubeMemory.Simulator.Access;
using KubeMemory.Simulator.Server;
using Xunit;
using static KubeMemory.Tests.Simulator.ServedCluster;

namespace KubeMemory.Tests.Simulator.Access;

public sealed class AccessTests
{
    private const string Reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

    [Fact]
    public async Task Token_WrongAbsentOrRotated_Is401()
    {
        await using var cluster = await StartAsync(options: time => new() { Time = time, Authentication = Authentication.Token, Token = "first" });
        Assert.Equal("Unauthorized", (string?)(await cluster.GetAsync("/api/v1/pods", HttpStatusCode.Unauthorized))["reason"]);

        cluster.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "first");
        await cluster.GetAsync("/api/v1/pods");

        cluster.Server.Token = "second";
        await cluster.GetAsync("/api/v1/pods", HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData(Authentication.Token)]
    [InlineData(Authentication.ClientCertificate)]
    public async Task WriteKubeconfig_WithTls_LetsKubernetesClientIn(Authentication authentication)
    {
        using var folder = new TemporaryFolder();
        await using var cluster = await StartAsync(options: time => new() { Time = time, Tls = true, Authentication = authentication });
        cluster.AddPod("api-1");
        var path = cluster.Server.WriteKubeconfig(Path.Combine(folder.Path, "sub", "config"), ns: "shop");

        var config = KubernetesClientConfiguration.BuildConfigFromConfigFile(path);
        using var client = new Kubernetes(config);
        var pods = await client.CoreV1.ListPodForAllNamespacesAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("api-1", Assert.Single(pods.Items).Metadata.Name);
        Assert.Equal("shop", config.Namespace);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public async Task ClientCertificate_OfAnotherAuthority_Is401()
    {
        using var foreign = new CertificateAuthority(TimeProvider.System);
        using var certificate = foreign.IssueClient("kubememory");
        await using var cluster = await StartAsync(options: time => new() { Time = time, Tls = true, Authentication = Authentication.ClientCertificate });

        using var http = TrustingClient(cluster.Server, certificate);
        using var response = await http.GetAsync("/api/v1/pods", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task ServerCertificate_NamesWhatWasAsked()
    {
        await using var cluster = await StartAsync(options: time => new() { Time = time, Tls = true, SubjectNames = ["kind-control-plane"] });
        X509Certificate2? seen = null;
        using var handler = new HttpClientHandler();
        handler.ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
        {
            seen = certificate is null ? null : X509CertificateLoader.LoadCertificate(certificate.RawData);
            return true;
        };
        using var http = new HttpClient(handler);
        await http.GetStringAsync(new Uri(cluster.Server.Address, "/version"), TestContext.Current.CancellationToken);

        Assert.True(seen!.MatchesHostname("kind-control-plane"));
        Assert.True(seen.MatchesHostname("localhost"));
        Assert.True(seen.MatchesHostname("127.0.0.1"));
        Assert.False(seen.MatchesHostname("elsewhere"));
    }

    [Fact]
    public async Task Deny_AVerb_Is403InKubernetesWordsUntilItIsTakenBack()
    {
        await using var cluster = await StartAsync();
        cluster.AddPod("api-1");
        cluster.Server.Access.Deny("list", "events");
        cluster.Server.Access.Deny("get", "pods/log", "shop");

        Assert.Equal(
            "events is forbidden: User \"kubememory\" cannot list resource \"events\" in API group \"\" at the cluster scope",
            (string?)(await cluster.GetAsync("/api/v1/events", HttpStatusCode.Forbidden))["message"]);
        Assert.Equal(
            "pods \"api-1\" is forbidden: User \"kubememory\" cannot get resource \"pods/log\" in API group \"\" in the namespace \"shop\"",
            (string?)(await cluster.GetAsync("/api/v1/namespaces/shop/pods/api-1/log", HttpStatusCode.Forbidden))["message"]);
        await cluster.GetAsync("/api/v1/namespaces/shop/pods/api-1");
        using var watch = await cluster.WatchAsync("/api/v1/events?watch=1");
        Assert.Equal(HttpStatusCode.OK, watch.Status);

        cluster.Server.Access.AllowAll();
        await cluster.GetAsync("/api/v1/events");
    }

    [Fact]
    public async Task RestrictToNamespaces_AsARole_LeavesOnlyThese()
    {
        await using var cluster = await StartAsync();
        cluster.Server.Access.RestrictToNamespaces("shop");

        await cluster.GetAsync("/api/v1/namespaces/shop/events");
        await cluster.GetAsync("/api/v1/namespaces/front/events", HttpStatusCode.Forbidden);
        await cluster.GetAsync("/api/v1/events", HttpStatusCode.Forbidden);
        await cluster.GetAsync("/api/v1/nodes");
    }

    [Theory]
    [InlineData("list", "", "events", "", "", true)]
    [InlineData("watch", "", "pods", "", "shop", true)]
    [InlineData("watch", "", "pods", "", "front", false)]
    [InlineData("get", "", "pods", "log", "shop", false)]
    [InlineData("list", "apps", "deployments", "", "shop", true)]
    [InlineData("list", "", "deployments", "", "shop", false)]
    [InlineData("delete", "", "pods", "", "shop", false)]
    [InlineData("list", "", "secrets", "", "shop", false)]
    public async Task AccessReview_AnyQuestion_AgreesWithTheRules(string verb, string group, string resource, string subresource, string ns, bool allowed)
    {
        await using var cluster = await StartAsync();
        cluster.Server.Access.Deny("get", "pods/log");
        cluster.Server.Access.Deny("watch", "pods", "front");
        var question = new { kind = "SelfSubjectAccessReview", apiVersion = "authorization.k8s.io/v1", spec = new { resourceAttributes = new { verb, group, resource, subresource, @namespace = ns } } };

        using var response = await cluster.Http.PostAsJsonAsync(Reviews, question, TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(allowed, (bool?)answer!["status"]!["allowed"]);
        Assert.Equal(resource, (string?)answer["spec"]!["resourceAttributes"]!["resource"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    public async Task AccessReview_OfNonsense_Is400(string body)
    {
        await using var cluster = await StartAsync();
        using var content = new StringContent(body);

        using var response = await cluster.Http.PostAsync(Reviews, content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public void ProtobufReview_CutAnywhere_IsRefusedWithoutAnException()
    {
        // What kubectl 1.33 sends for: auth can-i list pods
        var body = Convert.FromHexString(
            "6b3873000a320a17617574686f72697a6174696f6e2e6b38732e696f2f7631121753656c665375626a656374416363657373526576696577" +
            "123d0a100a0012001a0022002a00320038004200121f0a1d0a0764656661756c7412046c6973741a0022002a04706f647332003a001a08080012001a0020001a002200");

        var asked = ProtobufReview.ReadSpec(body)!["resourceAttributes"]!;
        Assert.Equal(("list", "pods", "default"), ((string?)asked["verb"], (string?)asked["resource"], (string?)asked["namespace"]));
        for (var length = 0; length < 100; length++)
        {
            Assert.Null(ProtobufReview.ReadSpec(body.AsSpan(0, length)));
        }
    }

    private static HttpClient TrustingClient(SimulatorServer server, X509Certificate2 certificate)
    {
        var authority = X509Certificate2.CreateFromPem(server.CertificateAuthorityPem!);
        var handler = new SocketsHttpHandler();
        handler.SslOptions.ClientCertificates = [certificate];
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(authority);
        return new HttpClient(handler) { BaseAddress = server.Address };
    }
}
