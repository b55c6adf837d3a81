using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Server;
using KubeMemory.Tests.Standalone;
using KubeMemory.Tests.Web.Browser;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace KubeMemory.Tests.EndToEnd;

/// <summary>The whole program as a user has it: an API server's wire, the program as a process of its own, Chromium.</summary>
public sealed class BrowserTests(BrowserFixture browser, ITestOutputHelper output)
{
    private const string AnyPorts = "http://127.0.0.1:0;http://127.0.0.1:0";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_AClusterSaysThatSomethingFails_IsSeenWithinASecondWithoutReload()
    {
        await using var run = await RunAsync();
        await using var session = await browser.OpenAsync(run.Dashboard);
        await session.GoAsync("/");
        await session.At("empty").GetByText("is watching").WaitForAsync(new() { Timeout = 30_000 });
        // The program's own first pass through this path is no event of the cluster's: the first incident warms it up and is timed, too.
        var times = new List<double> { await TimeAsync(() => run.Fail("svc-a"), session.At("incident-row")) };

        for (var n = 1; n <= 5; n++)
        {
            var number = n;
            times.Add(await TimeAsync(() => run.Fail($"svc-{(char)('a' + number)}"), session.At("new-bar").GetByText($"{number} new")));
            // Nothing moves under the reader.
            await Expect(session.At("incident-row")).ToHaveCountAsync(1);
        }

        output.WriteLine($"from the event to the screen: {string.Join(", ", times.Select(t => $"{t:0} ms"))}");
        await session.At("new-bar").ClickAsync();
        await Expect(session.At("incident-row")).ToHaveCountAsync(6);
        Assert.InRange(times.Order().ElementAt(times.Count / 2), 0, 1000);
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task List_SixtyTwoIncidents_AreFilteredAndPagedByAddress()
    {
        await using var run = await RunAsync();
        for (var n = 0; n < 62; n++)
        {
            run.Fail($"svc-{(char)('a' + (n / 26))}{(char)('a' + (n % 26))}", ns: n % 31 == 0 ? "pay" : "shop");
        }

        await run.WaitForIncidentsAsync(62);
        await using var session = await browser.OpenAsync(run.Dashboard);
        await session.GoAsync("/");
        await Expect(session.At("count")).ToHaveTextAsync("62");
        var seen = new HashSet<string>();
        foreach (var rows in (int[])[25, 25, 12])
        {
            await Expect(session.At("incident-row")).ToHaveCountAsync(rows);
            var ids = await session.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('[data-testid=incident-row]')].map(r => r.dataset.id)");
            Assert.DoesNotContain(ids, id => !seen.Add(id));
            if (seen.Count < 62)
            {
                await session.At("page-next").ClickAsync();
                await Expect(session.At("incident-row").First).Not.ToHaveAttributeAsync("data-id", ids[0]);
            }
        }

        await session.Page.GoBackAsync();
        await Expect(session.At("incident-row")).ToHaveCountAsync(25);
        await session.At("filter-namespace").ClickAsync();
        await session.At("filter-namespace-pay").CheckAsync();
        await Expect(session.Page).ToHaveURLAsync(new Regex(@"\?namespace=pay$"));
        await Expect(session.At("incident-row")).ToHaveCountAsync(2);
        await session.Page.ReloadAsync();
        await session.InteractiveAsync();
        await Expect(session.At("incident-row")).ToHaveCountAsync(2);
        await session.Page.GoBackAsync();
        await Expect(session.At("incident-row")).ToHaveCountAsync(25);
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Incident_StatusSet_IsKeptAfterReload()
    {
        await using var run = await RunAsync();
        run.Fail("svc-a");
        await run.WaitForIncidentsAsync(1);
        await using var session = await browser.OpenAsync(run.Dashboard);
        await session.SignInAsync(run.SignInLink);
        await session.GoAsync("/");
        await session.At("incident-row").GetByRole(AriaRole.Link).First.ClickAsync();

        await session.At("status-select").SelectOptionAsync("investigating");
        await session.Page.Locator("#timeline").GetByText("Status open → investigating", new() { Exact = true }).WaitForAsync();
        await session.Page.ReloadAsync();
        await session.InteractiveAsync();

        await Expect(session.At("status-select")).ToHaveValueAsync("investigating");
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Incident_HostileTextThroughTheWholePath_IsTextAndRunsNothing()
    {
        const string Attack = "<script>window.hacked=1</script><img src=x onerror=\"window.hacked=2\"> \u001b[31mred\u001b[0m \u202egnp.exe\u202c [link](javascript:alert(1))";
        await using var run = await RunAsync();
        run.AddCrashingPod("svc-a", node: "<img src=x onerror=alert(1)>", why: Attack);
        run.State.SetLog("shop", Run.PodOf("svc-a"), "app", $"before the crash {Attack}\n", previous: true);
        run.State.SetLog("shop", Run.PodOf("svc-a"), "app", $"after the restart {Attack}\n");
        run.Fail("svc-a", Attack);
        // No API server takes such names, so nobody remembers them; a hostile field path comes through.
        run.State.RecordEvent(new EventDraft("<b>ns</b>", "Pod", "<svg onload=alert(1)>", "uid-svg", "Failed", Attack));
        run.State.RecordEvent(new EventDraft("shop", "Pod", Run.PodOf("svc-b"), "uid-svc-b", "Failed", Attack, FieldPath: "spec.containers{<script>alert(1)</script>}"));
        await run.WaitForIncidentsAsync(2);
        await using var session = await browser.OpenAsync(run.Dashboard);
        await session.GoAsync("/");
        await Expect(session.At("incident-row")).ToHaveCountAsync(2);
        await session.At("incident-row").Filter(new() { HasText = "svc-a" }).GetByRole(AriaRole.Link).First.ClickAsync();

        // Both logs come by themselves, the crashed instance's first.
        var log = session.Page.Locator("#logs");
        await log.GetByText("before the crash").WaitForAsync(new() { Timeout = 30_000 });
        await Expect(log).ToContainTextAsync("<script>window.hacked=1</script><img src=x onerror=\"window.hacked=2\"> red gnp.exe");
        await log.GetByText("Current", new() { Exact = true }).ClickAsync();
        await Expect(log).ToContainTextAsync("after the restart <script>");
        var other = session.Page.GetByText("← Incidents");
        await other.ClickAsync();
        await session.At("incident-row").Filter(new() { HasNotText = "svc-a" }).GetByRole(AriaRole.Link).First.ClickAsync();
        await session.At("description").WaitForAsync();

        Assert.False(await session.Page.EvaluateAsync<bool>("() => 'hacked' in window || document.querySelector('main script, main img, main [onerror], main [onload], main b') !== null"));
        Assert.DoesNotContain(await session.Page.Locator("main").InnerTextAsync(), c => c is '\u001b' or '\u202e' or '\u202c');
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Incident_FixAndCorrectionOfOne_ReachTheNextOfItsKind()
    {
        await using var run = await RunAsync();
        foreach (var workload in (string[])["svc-a", "svc-b"])
        {
            run.AddCrashingPod(workload, node: "node-1", why: "Error");
            run.State.SetLog("shop", Run.PodOf(workload), "app", "connecting\nError: getaddrinfo ENOTFOUND postgres-service.database\n", previous: true);
        }

        await run.WaitForIncidentsAsync(2);
        await using var session = await browser.OpenAsync(run.Dashboard);
        await session.SignInAsync(run.SignInLink);
        await session.GoAsync("/");
        await session.At("incident-row").Filter(new() { HasText = "svc-a" }).GetByRole(AriaRole.Link).First.ClickAsync();

        // It comes by itself, and names the host that the log names.
        await Expect(session.At("thing")).ToContainTextAsync("postgres-service.database", new() { Timeout = 60_000 });
        await session.At("root-cause").Or(session.At("source")).GetByTestId("cite").First.ClickAsync();
        await Expect(session.Page.Locator(".evidence-item[data-lit]")).ToBeInViewportAsync();
        await session.At("fix-new").ClickAsync();
        await session.At("fix-text").FillAsync("Put the service postgres-service back.");
        await session.At("fix-worked").CheckAsync();
        await session.At("fix-wrong").CheckAsync();
        await session.At("fix-correction").FillAsync("A network policy kept the DNS away.");
        await session.At("fix-save").ClickAsync();
        await Expect(session.At("fix")).ToContainTextAsync("✓ It worked");

        await session.Page.GetByText("← Incidents").ClickAsync();
        await session.At("incident-row").Filter(new() { HasText = "svc-b" }).GetByRole(AriaRole.Link).First.ClickAsync();
        var proposal = session.At("proposal").Filter(new() { HasText = "Put the service postgres-service back." });
        await Expect(proposal).ToContainTextAsync("worked 1 of 1 time on this signature");
        await Expect(session.At("correction-used")).ToContainTextAsync("A network policy kept the DNS away", new() { Timeout = 60_000 });
        await Expect(session.At("similar-item").Filter(new() { HasText = "svc-a" })).ToHaveCountAsync(1, new() { Timeout = 60_000 });
        await proposal.GetByTestId("worked-too").ClickAsync();
        await Expect(proposal.GetByTestId("tried")).ToHaveTextAsync("✓ It worked here");

        var download = await session.Page.RunAndWaitForDownloadAsync(() => session.At("runbook-download").ClickAsync());
        using var runbook = new StreamReader(await download.CreateReadStreamAsync());
        Assert.Contains("postgres-service.database", await runbook.ReadToEndAsync(Cancelled), StringComparison.Ordinal);
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task StatusStrip_SaysWhatIsWatchedAndWhichRightIsMissing()
    {
        await using var run = await RunAsync(server => server.Access.Deny("*", "nodes"));
        await using var session = await browser.OpenAsync(run.Dashboard);
        await session.GoAsync("/");
        var strip = session.At("status-strip");

        await Expect(strip).ToContainTextAsync(new Regex(@"simulator\s+watching, \d permissions? missing"), new() { Timeout = 30_000 });
        await strip.Locator("summary").ClickAsync();

        await Expect(strip.GetByText("list nodes", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(strip).ToContainTextAsync("Namespaces");
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Page_TheProgramIsKilledAndStartedAgain_ComesBackWithItsContent()
    {
        await using var run = await RunAsync();
        run.Fail("svc-a");
        await run.WaitForIncidentsAsync(1);
        await using var session = await browser.OpenAsync(run.Dashboard);
        await session.GoAsync("/");
        await Expect(session.At("incident-row")).ToHaveCountAsync(1);

        await run.KillAsync();
        await Expect(session.At("reconnect")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        run.Fail("svc-b");
        await run.StartAgainAsync();

        await Expect(session.At("reconnect")).ToBeHiddenAsync(new() { Timeout = 60_000 });
        await Expect(session.At("incident-row").Filter(new() { HasText = "svc-a" })).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(session.Page.GetByText("svc-b").First).ToBeVisibleAsync(new() { Timeout = 30_000 });
        Assert.DoesNotContain(session.Complaints, c => c.StartsWith("dialog", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Demo_FirstPage_ShowsIncidents()
    {
        using var home = new TemporaryFolder();
        await using var process = StandaloneProcess.Start(home, "--demo", "--demo-speed", "60", "--data", home.PathOf("data"), "--urls", AnyPorts);
        await using var session = await browser.OpenAsync(await process.WaitForAddressAsync("Dashboard"));
        await session.GoAsync("/");

        await session.At("incident-row").First.WaitForAsync(new() { Timeout = 30_000 });
        // One cause on many workloads stands above the list and leads to its incidents.
        await session.At("storm-link").ClickAsync(new() { Timeout = 60_000 });

        await Expect(session.Page).ToHaveURLAsync(new Regex(@"\?storm=\d+$"));
        await Expect(session.At("chip")).ToContainTextAsync("registry.corp.example:5000");
        await Expect(session.At("incident-row")).Not.ToHaveCountAsync(0);
        Assert.Empty(session.Complaints);
    }

    private static async Task<double> TimeAsync(Action happens, ILocator seen)
    {
        var watch = Stopwatch.StartNew();
        happens();
        await seen.First.WaitForAsync();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static async Task<Run> RunAsync(Action<SimulatorServer>? prepare = null)
    {
        var home = new TemporaryFolder();
        var state = new ClusterState(TimeProvider.System);
        var server = await SimulatorServer.StartAsync(state, ct: Cancelled);
        prepare?.Invoke(server);
        var run = new Run(home, state, server);
        await run.StartAgainAsync();
        return run;
    }

    /// <summary>A cluster, and the program that watches it.</summary>
    private sealed class Run(TemporaryFolder home, ClusterState state, SimulatorServer server) : IAsyncDisposable
    {
        private readonly string _kubeconfig = server.WriteKubeconfig(home.PathOf("config"));
        private StandaloneProcess? _process;
        private string _urls = AnyPorts;

        public ClusterState State => state;

        public Uri Api { get; private set; } = null!;

        public Uri Dashboard { get; private set; } = null!;

        public Uri SignInLink { get; private set; } = null!;

        public static string PodOf(string workload) => $"{workload}-6c8f7d9b54-xzxtb";

        /// <summary>On the same data, and on the ports that it had.</summary>
        public async Task StartAgainAsync()
        {
            _process = StandaloneProcess.Start(home, "--kubeconfig", _kubeconfig, "--namespaces", "*", "--data", home.PathOf("data"), "--urls", _urls);
            Dashboard = await _process.WaitForAddressAsync("Dashboard");
            SignInLink = await _process.WaitForSignInLinkAsync();
            Api = await _process.WaitForAddressAsync("API");
            _urls = $"http://127.0.0.1:{Api.Port};http://127.0.0.1:{Dashboard.Port}";
            await state.WaitForWatchesAsync("events", n => n > 0, Cancelled);
        }

        public async Task KillAsync()
        {
            await _process!.KillAsync();
            await _process.DisposeAsync();
        }

        public void Fail(string workload, string message = "Back-off restarting failed container app", string ns = "shop") =>
            state.RecordEvent(new EventDraft(ns, "Pod", PodOf(workload), $"uid-{ns}-{workload}", "BackOff", message, FieldPath: "spec.containers{app}", Host: "node-1"));

        public void AddCrashingPod(string workload, string node, string why)
        {
            var at = TimeProvider.System.GetUtcNow().AddMinutes(-2);
            var ended = new JsonObject { ["exitCode"] = 1, ["reason"] = "Error", ["message"] = why, ["startedAt"] = Stamp(at), ["finishedAt"] = Stamp(at.AddMinutes(1)) };
            state.Apply("pods", new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = PodOf(workload), ["namespace"] = "shop", ["uid"] = $"uid-shop-{workload}", ["creationTimestamp"] = Stamp(at) },
                ["spec"] = new JsonObject { ["nodeName"] = node, ["containers"] = new JsonArray(new JsonObject { ["name"] = "app", ["image"] = "registry.example.com/shop:2" }) },
                ["status"] = new JsonObject
                {
                    ["phase"] = "Running",
                    ["containerStatuses"] = new JsonArray(new JsonObject
                    {
                        ["name"] = "app",
                        ["ready"] = false,
                        ["restartCount"] = 3,
                        ["image"] = "registry.example.com/shop:2",
                        ["state"] = new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "CrashLoopBackOff", ["message"] = why } },
                        ["lastState"] = new JsonObject { ["terminated"] = ended },
                    }),
                },
            });
        }

        public async Task WaitForIncidentsAsync(int count)
        {
            using var api = new HttpClient();
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            patience.CancelAfter(TimeSpan.FromSeconds(60));
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            while ((int)JsonNode.Parse(await api.GetStringAsync(new Uri(Api, "/api/incidents/?limit=1"), patience.Token))!["count"]! < count)
            {
                await timer.WaitForNextTickAsync(patience.Token);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _process!.DisposeAsync();
            await server.DisposeAsync();
            state.Dispose();
            home.Dispose();
        }

        private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
    }
}
