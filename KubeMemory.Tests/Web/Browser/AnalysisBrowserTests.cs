using System.Text.RegularExpressions;
using KubeMemory.Core.Contracts;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace KubeMemory.Tests.Web.Browser;

public class AnalysisBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task Analysis_Confirmed_SaysCauseThingStepsAndWhoSaysSo()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(2));
        api.Analyses[1] = FakeMemory.Done(1);
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.GoAsync("/incidents/1");

        await Expect(session.At("verdict")).ToHaveTextAsync("Confirmed");
        await Expect(session.At("verdict").Locator("svg")).ToBeVisibleAsync();
        await Expect(session.At("root-cause")).ToContainTextAsync("cannot resolve the host of its database");
        await Expect(session.At("thing").Locator("code")).ToHaveTextAsync("postgres-service.database");
        await Expect(session.At("confidence")).ToContainTextAsync("Confidence 94 %. No more than the share of the labelled cases");
        await Expect(session.At("made")).ToContainTextAsync(new Regex(@"signature dependency-host-not-found and Ollama qwen2\.5:0\.5b\s*2,812 tokens asked, 204 tokens answered\s*Took 3\.2 s\s*Prompt 3"));
        await Expect(session.At("documentation")).ToHaveAttributeAsync("rel", "noopener noreferrer");
        // What only looks comes first, whatever the order that they came in.
        await Expect(session.At("step")).ToHaveCountAsync(4);
        await Expect(session.At("step").First).Not.ToContainTextAsync("Changes the cluster");
        await Expect(session.At("step").Last).ToContainTextAsync("Changes the cluster");
        await Expect(session.At("step").Last).ToContainTextAsync("what people did");
        await Expect(session.At("step").Nth(2)).ToContainTextAsync("from Ollama qwen2.5:0.5b");
        await Expect(session.At("analysis")).ToBeInViewportAsync();

        await session.At("step").First.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(session.At("step").First.GetByRole(AriaRole.Button)).ToHaveAttributeAsync("data-done", "Copied");
        Assert.Equal("kubectl get service postgres-service -n database", await session.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Citation_Clicked_BringsItsEvidenceIntoViewAndLightsItUp()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(2));
        api.Analyses[1] = FakeMemory.Done(1);
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address, height: 600);
        await session.GoAsync("/incidents/1");
        var evidence = session.Page.Locator("#E2");
        await Expect(evidence).Not.ToBeInViewportAsync();

        await session.At("root-cause").GetByRole(AriaRole.Link, new() { Name = "Evidence E2" }).ClickAsync();

        await Expect(evidence).ToBeInViewportAsync();
        await Expect(evidence).ToHaveAttributeAsync("data-lit", "");
        await Expect(evidence).ToBeFocusedAsync();
        // By keyboard, and only one is lit.
        await session.At("root-cause").GetByRole(AriaRole.Link, new() { Name = "Evidence E3" }).FocusAsync();
        await session.Page.Keyboard.PressAsync("Enter");
        await Expect(session.Page.Locator("#E3")).ToBeInViewportAsync();
        await Expect(session.Page.Locator("[data-lit]")).ToHaveCountAsync(1);
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Analysis_MadeOnAnotherIncident_SaysSoAndItsCitationsLeadThere()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(4));
        api.Analyses[1] = FakeMemory.Done(1, FakeMemory.Confirmed(3));
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address, height: 600);
        await session.GoAsync("/incidents/1");

        await Expect(session.At("made-elsewhere")).ToContainTextAsync("incident 3");
        await session.At("root-cause").GetByRole(AriaRole.Link, new() { Name = "Evidence E2 of incident 3" }).ClickAsync();

        await Expect(session.Page).ToHaveURLAsync(new Regex("/incidents/3#E2$"));
        await Expect(session.Page.Locator("#E2")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task Analysis_Inconclusive_SaysWhatIsMissing()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(2));
        api.Analyses[1] = FakeMemory.Done(1, FakeMemory.Inconclusive(1));
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.GoAsync("/incidents/1");

        await Expect(session.At("verdict")).ToHaveTextAsync("Cannot tell");
        await Expect(session.At("analysis-missing")).ToContainTextAsync("get pods/log is not allowed");
        await Expect(session.At("thing")).ToHaveCountAsync(0);
        await Expect(session.At("documentation")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Analysis_DisagreementAndCorrection_AreSaidPlainly()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(2));
        api.Analyses[1] = FakeMemory.Done(1, FakeMemory.Confirmed(1) with
        {
            Disagreement = "The password is wrong [E3].",
            RootCause = "It is gone. otto: it was the network policy.",
            Correction = "otto: it was the network policy.",
            Documentation = new Uri("https://kubernetes.io.attacker.example/docs"),
        });
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.GoAsync("/incidents/1");

        await Expect(session.At("verdict")).ToHaveTextAsync("Confirmed");
        await Expect(session.At("disagreement")).ToContainTextAsync("Ollama qwen2.5:0.5b and the rules do not agree.");
        await Expect(session.At("disagreement")).ToContainTextAsync("The password is wrong");
        await Expect(session.At("correction-used")).ToContainTextAsync("it was the network policy");
        // Said once, and set apart.
        await Expect(session.At("root-cause")).ToHaveTextAsync("It is gone.");
        await Expect(session.At("documentation")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Operator_AsksFollowsTheDraftAndReadsTheResult_WithoutReload()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(2));
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.SignInAsync(host.SignInLink);
        await session.GoAsync("/incidents/1");
        await Expect(session.At("analysis-state")).ToContainTextAsync("Not analysed yet");
        await Expect(session.At("analysis-none")).ToContainTextAsync("Analyse does it now.");

        await session.At("analyse").ClickAsync();
        await Expect(session.At("analysis-state")).ToContainTextAsync("Waits for its turn");
        Assert.Contains(("local", "operator"), api.Changers);

        api.Hear(1, AnalysisState.Running, "The database");
        await Expect(session.At("analysis-state")).ToContainTextAsync("Being analysed");
        await Expect(session.At("analysis-draft")).ToHaveTextAsync("The database");
        var height = await HeightAsync(session, "analysis");
        api.Hear(1, AnalysisState.Running, string.Join('\n', Enumerable.Repeat("The database cannot be found", 200)) + " [end]");
        await Expect(session.At("analysis-draft")).ToContainTextAsync("[end]");
        Assert.Equal(height, await HeightAsync(session, "analysis"));
        Assert.Equal("log", await session.At("analysis-draft").GetAttributeAsync("role"));

        api.Hear(1, AnalysisState.Done, result: FakeMemory.Confirmed(1));
        await Expect(session.At("verdict")).ToHaveTextAsync("Confirmed");
        await Expect(session.At("analysis-draft")).ToHaveCountAsync(0);
        await Expect(session.At("analyse")).ToHaveTextAsync("Analyse again");
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Analysis_RunAgain_KeepsTheLastResultInPlace_AndCanBeCancelled()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(2));
        api.Analyses[1] = FakeMemory.Done(1);
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.SignInAsync(host.SignInLink);
        await session.GoAsync("/incidents/1");
        var before = await session.At("root-cause").BoundingBoxAsync();

        await session.At("analyse").ClickAsync();
        await Expect(session.At("analysis-state")).ToContainTextAsync("Waits for its turn");
        api.Hear(1, AnalysisState.Running, "Thinking");
        await Expect(session.At("analysis-draft")).ToHaveTextAsync("Thinking");
        await Expect(session.At("verdict")).ToHaveTextAsync("Confirmed");
        Assert.Equal(before!.Y, (await session.At("root-cause").BoundingBoxAsync())!.Y);

        await session.At("analysis-cancel").ClickAsync();
        await Expect(session.At("analysis-state")).ToContainTextAsync("cancelled");
        await Expect(session.At("analysis-draft")).ToHaveCountAsync(0);
        await Expect(session.At("verdict")).ToHaveTextAsync("Confirmed");

        api.Refusal = "The budget of today is used up.";
        await session.At("analyse").ClickAsync();
        await Expect(session.At("analysis-refusal")).ToContainTextAsync("The budget of today is used up.");
        await Expect(session.At("verdict")).ToHaveTextAsync("Confirmed");
    }

    [Fact]
    public async Task Analysis_Failed_SaysWhyAndWhenItIsTriedAgain()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(2));
        api.Hear(1, AnalysisState.Failed, reason: "The incident graph does not answer.", retryAt: TimeProvider.System.GetUtcNow().AddMinutes(10));
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.GoAsync("/incidents/1");

        await Expect(session.At("analysis-state")).ToContainTextAsync("The analysis failed");
        await Expect(session.At("analysis-reason")).ToContainTextAsync("The incident graph does not answer. It is tried again by itself at");
        await Expect(session.At("analysis-reason").Locator("km-time")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Viewer_SeesWhyItCannotBeAskedFor()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(2));
        api.Analyses[1] = FakeMemory.Done(1);
        api.Analyses[2] = new AnalysisView(2, AnalysisState.Running, null, StartedAt: TimeProvider.System.GetUtcNow());
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.GoAsync("/incidents/1");

        await Expect(session.At("analyse")).ToBeDisabledAsync();
        await Expect(session.At("analysis-why")).ToContainTextAsync("Sign in");
        await Expect(session.At("analyse")).ToHaveAttributeAsync("aria-describedby", "analysis-why");
        await session.GoAsync("/incidents/2");
        await Expect(session.At("analysis-cancel")).ToBeDisabledAsync();
        Assert.Empty(api.Changers);
    }

    [Fact]
    public async Task Panel_ThatCannotBeRead_SaysSoAloneAndTriesAgain()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(2));
        api.Analyses[1] = FakeMemory.Done(1);
        foreach (var part in new[] { "agents/analysis", "similar", "fixes", "correlation" })
        {
            api.Failing[part] = $"No {part} now.";
        }

        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.GoAsync("/incidents/1");

        foreach (var name in new[] { "analysis", "similar", "fixes", "correlation" })
        {
            await Expect(session.At(name + "-fault")).ToContainTextAsync("now.");
        }

        await Expect(session.At("evidence-item")).ToHaveCountAsync(7);
        // What the incident itself brings along stands there all the same.
        await Expect(session.At("related")).ToHaveCountAsync(2);
        api.Failing.Clear();
        await session.At("analysis-fault").GetByRole(AriaRole.Button).ClickAsync();
        await Expect(session.At("verdict")).ToHaveTextAsync("Confirmed");

        api.Failing["agents/analysis"] = "Gone again.";
        api.Push(new LiveChange(LiveChangeKinds.Reset, null));
        await Expect(session.At("analysis-fault")).ToContainTextAsync("Gone again. What you see is as last read.");
        await Expect(session.At("verdict")).ToHaveTextAsync("Confirmed");
    }

    [Fact]
    public async Task Panel_ThatIsSlow_HoldsUpNothingElse()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(2));
        api.Analyses[1] = FakeMemory.Done(1);
        var answer = new TaskCompletionSource();
        api.Held["agents/analysis"] = answer.Task;
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.GoAsync("/incidents/1");

        await Expect(session.At("analysis-skeleton")).ToBeVisibleAsync();
        await Expect(session.At("evidence-item")).ToHaveCountAsync(7);
        answer.SetResult();
        await Expect(session.At("verdict")).ToHaveTextAsync("Confirmed");
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task FirstRendering_HoldsThePanels_AndTheCircuitReadsNothingTwice()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(2));
        api.Analyses[1] = FakeMemory.Done(1);
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.GoAsync("/incidents/1");
        await Expect(session.At("verdict")).ToHaveTextAsync("Confirmed");

        foreach (var part in new[] { "/api/agents/analysis/1/", "/api/incidents/1/similar/", "/api/incidents/1/fixes/", "/api/incidents/1/correlation/" })
        {
            Assert.Single(api.Requests, request => request.Contains(part, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task List_HearsOfAnalyses_AndStaysAsItIs()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(3));
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.GoAsync("/");
        await Expect(session.At("incident-row")).ToHaveCountAsync(3);
        var asked = api.Requests.Count(request => request.StartsWith("GET /api/incidents/?", StringComparison.Ordinal));

        for (var i = 0; i < 400; i++)
        {
            api.Hear(1, AnalysisState.Running, $"word {i}");
        }

        api.Push(LiveChangeKinds.Updated, api.Incidents[1] with { Occurrences = 4321 });
        await Expect(session.At("incident-row").Filter(new() { HasText = "4,321" })).ToHaveCountAsync(1);
        Assert.Equal(asked, api.Requests.Count(request => request.StartsWith("GET /api/incidents/?", StringComparison.Ordinal)));
        Assert.Empty(session.Complaints);
    }

    private static async Task<double> HeightAsync(BrowserSession session, string testId) => (await session.At(testId).BoundingBoxAsync())!.Height;
}
