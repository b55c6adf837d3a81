using KubeMemory.Core.Contracts;
using KubeMemory.Tests.Web.SignIn;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace KubeMemory.Tests.Web.Browser;

public class FixesBrowserTests(BrowserFixture browser)
{
    private const string Attack = "</textarea></title><img src=x onerror=\"window.pwned=1\"><script>window.pwned=1;alert(1)</script> [link](javascript:alert(1)) ![](https://attacker.example/x.png) \u001b[31mred\u202egnp";

    [Fact]
    public async Task Form_WhatWasDoneAndACorrection_AreRecordedChangedAndDeleted()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(2));
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.SignInAsync(host.SignInLink);
        await session.GoAsync("/incidents/1");
        await Expect(session.At("fixes-none")).ToContainTextAsync("Nobody has recorded yet");

        await session.At("fix-new").ClickAsync();
        await Expect(session.At("fix-text")).ToBeFocusedAsync();
        await session.At("fix-save").ClickAsync();
        await Expect(session.At("fix-error")).ToHaveTextAsync("Say what was done, or that the analysis was wrong.");
        await session.At("fix-text").FillAsync("Restarted the DNS.");
        await session.At("fix-worked").CheckAsync();
        await session.At("fix-wrong").CheckAsync();
        await session.At("fix-save").ClickAsync();
        await Expect(session.At("fix-error")).ToHaveTextAsync("Say what it really was, or take back that the analysis was wrong.");
        await session.At("fix-correction").FillAsync("The DNS had no endpoints.");
        await session.At("fix-save").ClickAsync();

        await Expect(session.At("fix-said")).ToContainTextAsync("takes the correction into account");
        await Expect(session.At("fix-form")).ToHaveCountAsync(0);
        await Expect(session.At("fix")).ToContainTextAsync("✓ It worked");
        await Expect(session.At("correction")).ToContainTextAsync("The DNS had no endpoints.");
        var kept = Assert.Single(api.Fixes[1].Fixes);
        Assert.Equal(("Restarted the DNS.", true, "The DNS had no endpoints."), (kept.Text, kept.Worked, kept.Correction));

        await session.At("fix-edit").ClickAsync();
        await Expect(session.At("fix-text")).ToHaveValueAsync("Restarted the DNS.");
        await session.At("fix-failed").CheckAsync();
        await session.At("fix-wrong").UncheckAsync();
        await session.At("fix-save").ClickAsync();
        await Expect(session.At("fix")).ToContainTextAsync("✗ It did not work");
        await Expect(session.At("correction")).ToHaveCountAsync(0);

        await session.At("fix-delete").ClickAsync();
        await Expect(session.At("fix-delete-no")).ToBeFocusedAsync();
        await session.At("fix-delete-no").ClickAsync();
        await session.At("fix-delete").ClickAsync();
        await session.At("fix-delete-yes").ClickAsync();
        await Expect(session.At("fix")).ToHaveCountAsync(0);
        Assert.Empty(api.Fixes[1].Fixes);
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Form_TheApiRefusesOrIsAway_KeepsWhatWasTyped()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(2));
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.SignInAsync(host.SignInLink);
        await session.GoAsync("/incidents/1");
        await session.At("fix-new").ClickAsync();
        await session.At("fix-text").FillAsync("A long story");
        await session.At("fix-failed").CheckAsync();

        api.Refusal = "An incident takes at most 100 fixes; edit or delete one.";
        await session.At("fix-save").ClickAsync();
        await Expect(session.At("fix-error")).ToContainTextAsync("It was not saved. An incident takes at most 100 fixes");
        await Expect(session.At("fix-text")).ToHaveValueAsync("A long story");
        api.Refusal = null;
        api.Outage = "The incident store does not answer.";
        await session.At("fix-save").ClickAsync();
        await Expect(session.At("fix-error")).ToContainTextAsync("The incident store does not answer.");
        // What goes on meanwhile takes nothing away either.
        api.Outage = null;
        api.Push(LiveChangeKinds.Updated, api.Incidents[1] with { Occurrences = 4321 });
        await Expect(session.At("occurrences")).ToHaveTextAsync("4,321");
        await Expect(session.At("fix-text")).ToHaveValueAsync("A long story");
        await Expect(session.At("fix-failed")).ToBeCheckedAsync();
        await session.At("fix-save").ClickAsync();

        await Expect(session.At("fix")).ToContainTextAsync("A long story");
    }

    [Fact]
    public async Task Form_LeftForAnotherIncident_IsThereAgainOnTheWayBack()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(3));
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.SignInAsync(host.SignInLink);
        await session.GoAsync("/incidents/1");
        await session.At("fix-new").ClickAsync();
        await session.At("fix-text").FillAsync("Half a sent");

        await session.At("related").First.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(session.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/incidents/2$"));
        await Expect(session.At("fix-new")).ToBeVisibleAsync();
        await session.Page.GoBackAsync();
        await Expect(session.At("fix-text")).ToHaveValueAsync("Half a sent");
        await session.At("fix-cancel").ClickAsync();

        await Expect(session.At("fix-new")).ToBeFocusedAsync();
        await session.At("fix-new").ClickAsync();
        await Expect(session.At("fix-text")).ToHaveValueAsync("");
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Proposal_WithItsRates_IsTriedWithOneClick()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(2));
        api.Fixes[1] = FakeMemory.Fixes(api.Incidents[1]);
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.SignInAsync(host.SignInLink);
        await session.GoAsync("/incidents/1");

        await Expect(session.At("rate").First).ToContainTextAsync("worked 3 of 4 times on this signature, 1 of 1 here");
        await Expect(session.At("rate").Last).ToContainTextAsync("worked 1 of 1 time on this signature, not tried here yet");
        await Expect(session.At("correction-of-like")).ToContainTextAsync("network policy");
        await session.At("proposal").First.GetByTestId("worked-too").ClickAsync();

        await Expect(session.At("fix-said")).ToHaveTextAsync("Recorded: it worked here, too.");
        await Expect(session.At("proposal").First.GetByTestId("tried")).ToHaveTextAsync("✓ It worked here");
        await Expect(session.At("fix")).ToHaveCountAsync(1);

        api.Refusal = "The incident was deleted.";
        await session.At("proposal").Last.GetByTestId("did-not-work").ClickAsync();
        await Expect(session.At("fix-refusal")).ToContainTextAsync("It was not saved. The incident was deleted.");
        await Expect(session.At("fix")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Viewer_ReadsEverything_AndIsToldWhoMayChangeIt()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(2));
        api.Fixes[1] = FakeMemory.Fixes(api.Incidents[1]) with { Fixes = [FakeMemory.Fix(5, api.Incidents[1], "Restarted it.", null)] };
        await using var host = await DashboardHost.StartAsync(api.Address, settings: Settings.ApiKey());
        api.ServiceKey = Settings.ServiceKey;
        await using var session = await browser.OpenAsync(host.Address);
        await session.Page.GotoAsync("/login?return=/incidents/1");
        await session.Page.Locator("input[name=key]").FillAsync(Settings.ViewerKey);
        await session.Page.Keyboard.PressAsync("Enter");
        await session.InteractiveAsync();

        await Expect(session.At("fix")).ToContainTextAsync("Restarted it.");
        await Expect(session.At("fix-new")).ToBeDisabledAsync();
        await Expect(session.At("worked-too").First).ToBeDisabledAsync();
        await Expect(session.At("fixes-why")).ToContainTextAsync("You are signed in as vera, who may look only");
        await Expect(session.At("fix-edit")).ToHaveCountAsync(0);
        // A page can be told to try.
        await session.Page.EvaluateAsync("() => document.querySelectorAll('[data-testid=worked-too], [data-testid=fix-new]').forEach(b => { b.disabled = false; b.click(); })");
        await Expect(session.At("fix-refusal")).ToContainTextAsync("who may look only");
        Assert.Empty(api.Changers);
    }

    [Fact]
    public async Task HostileText_OfModelsAndPeople_IsShownAndNeverRuns()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(4));
        var incident = api.Incidents[1];
        api.Analyses[1] = FakeMemory.Done(1, FakeMemory.Confirmed(1) with
        {
            RootCause = Attack + " [E1] [E999] [E3,E2]",
            Thing = Attack,
            ThingKind = Attack,
            Recommendation = Attack,
            Steps = [new(Attack, Attack + "\nrm -rf /", true, Attack), new(Attack, null, false, "model")],
            Prevention = [Attack],
            ConfidenceOrigin = Attack,
            Sources = [new("evidence", "E1\" onclick=\"alert(1)", Attack), new(Attack, Attack, Attack), new("incident", Attack, Attack), new("fix", Attack, Attack)],
            Missing = [Attack],
            Disagreement = Attack,
            Correction = Attack,
            Documentation = new Uri("javascript:alert(1)"),
            Model = Attack,
            SignatureId = Attack,
            PromptVersion = Attack,
            Confidence = double.MaxValue,
        });
        var fix = FakeMemory.Fix(7, incident, Attack, true, Attack) with { By = Attack, Workload = Attack };
        api.Fixes[1] = new([fix], [new(fix with { Id = 8 }, Attack, new(1, 1), new(0, 0))], [fix with { Id = 9 }]);
        var other = FakeIncidents.Summary(incident) with { Id = 3, Workload = Attack, Namespace = Attack, Cluster = Attack };
        api.Similar[1] = new([new(other, 1) { Match = Attack, Reasons = [Attack], Fixes = [Attack] }]);
        api.Correlations[1] = new([new(other, 3, [Attack])], [new(Attack, Attack, [3], 1)], [new(Attack, Attack, incident.OccurredAt, 3, Attack, false)], new(2, 1, 1, [Attack]));
        api.Runbooks[1] = new("../../evil\r\nX-Evil: 1.html", $"# {Attack}");
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.SignInAsync(host.SignInLink);
        await session.GoAsync("/incidents/1");
        await Expect(session.At("root-cause")).ToContainTextAsync("<script>window.pwned=1;alert(1)</script> [link](javascript:alert(1))");
        await session.At("fix-edit").ClickAsync();
        await Expect(session.At("fix-text")).ToHaveValueAsync(Attack);
        api.Hear(1, AnalysisState.Running, Attack);
        await Expect(session.At("analysis-draft")).ToContainTextAsync("<script>");
        var download = await session.Page.RunAndWaitForDownloadAsync(() => session.At("runbook-download").ClickAsync());

        Assert.Matches("^[A-Za-z0-9._-]+\\.md$", download.SuggestedFilename);
        Assert.False(await session.Page.EvaluateAsync<bool>("() => 'pwned' in window || document.querySelector('main script, main img, main [onerror], main [onclick], main a[href^=\"javascript\"]') !== null"));
        Assert.DoesNotContain(await session.Page.Locator("main").InnerTextAsync(), c => c is '\u001b' or '\u202e');
        Assert.DoesNotContain(session.Requests, url => url.Contains("attacker.example", StringComparison.Ordinal));
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Runbook_IsCopiedAndSaved_OrSaysWhyNot()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(2));
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.GoAsync("/incidents/1");

        await session.At("runbook-copy").ClickAsync();
        await Expect(session.At("runbook-copy")).ToHaveAttributeAsync("data-done", "Copied");
        Assert.Equal(FakeMemory.Runbook(api.Incidents[1]), await session.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
        var download = await session.Page.RunAndWaitForDownloadAsync(() => session.At("runbook-download").ClickAsync());
        Assert.Equal("incident-1.md", download.SuggestedFilename);
        using var file = new StreamReader(await download.CreateReadStreamAsync());
        Assert.Equal(FakeMemory.Runbook(api.Incidents[1]), await file.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Empty(session.Complaints);

        api.Failing["agents/runbook"] = "The incident store does not answer.";
        await session.At("runbook-copy").ClickAsync();
        await Expect(session.At("runbook-fault")).ToHaveTextAsync("The incident store does not answer.");
    }

    [Fact]
    public async Task SimilarAndAround_SayWhyAndLeadThere()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(8));
        api.Similar[1] = FakeMemory.Similar(api.Incidents[1]);
        api.Correlations[1] = FakeMemory.Correlation(api.Incidents[1]);
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.GoAsync("/incidents/1");

        await Expect(session.At("similar-item")).ToHaveCountAsync(3);
        await Expect(session.At("similar-item").First).ToContainTextAsync("The same problem before Almost surely the same cause (98 %)");
        await Expect(session.At("similar-item").First).ToContainTextAsync("✓ Fixed by Put the service postgres-service back");
        // The one that is similar, too, is not said twice.
        await Expect(session.At("related")).ToHaveCountAsync(1);
        await Expect(session.At("rollout").First).ToContainTextAsync("12 min before database/postgres image postgres:16.2 → postgres:17.0");
        await Expect(session.At("rollout").Last).ToContainTextAsync("this workload");
        await Expect(session.At("co-occurring").Last).ToContainTextAsync("1 min earlier");
        await Expect(session.At("blast-radius")).ToContainTextAsync("3 workloads in 3 namespaces, 5 pods");
        await Expect(session.At("shared-thing").First).ToContainTextAsync("Dependency postgres-service.database");
        await Expect(session.At("not-asked")).ToHaveCountAsync(0);
        api.Correlations[1] = api.Correlations[1] with { Missing = ["The incident graph does not answer."] };
        api.Push(new LiveChange(LiveChangeKinds.Reset, null));
        await Expect(session.At("not-asked")).ToHaveTextAsync("This is not all: The incident graph does not answer.");
        await session.At("shared-thing").First.GetByRole(AriaRole.Link).First.ClickAsync();

        await Expect(session.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/incidents/4$"));
        await Expect(session.Page.Locator("h1")).ToContainTextAsync("cpu-intensive-app");
        await Expect(session.At("similar-item")).ToHaveCountAsync(0);
        Assert.Empty(session.Complaints);
    }
}
