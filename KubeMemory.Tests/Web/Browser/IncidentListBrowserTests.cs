using System.Diagnostics;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Web.Live;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace KubeMemory.Tests.Web.Browser;

public class IncidentListBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task List_FiltersAndPages_StandInTheAddressAndBackWorks()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(60));
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.GoAsync("/");
        await Expect(session.At("incident-row")).ToHaveCountAsync(25);
        await Expect(session.At("count")).ToHaveTextAsync("60");

        await session.At("page-next").ClickAsync();
        await Expect(session.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("cursor=25"));
        await Expect(session.At("incident-row").First).ToHaveAttributeAsync("data-id", "26");
        await session.Page.GoBackAsync();
        await Expect(session.At("incident-row").First).ToHaveAttributeAsync("data-id", "1");

        await session.At("filter-severity").ClickAsync();
        await session.At("filter-severity-critical").CheckAsync();
        await Expect(session.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("severity=critical"));
        await Expect(session.At("incident-row")).ToHaveCountAsync(8);
        await session.Page.Keyboard.PressAsync("Escape");

        await session.At("filter-q").FillAsync("backend-api-9");
        await Expect(session.At("incident-row")).ToHaveCountAsync(1);
        await session.Page.ReloadAsync();
        await session.InteractiveAsync();
        await Expect(session.At("incident-row")).ToHaveCountAsync(1);
        await Expect(session.At("filter-q")).ToHaveValueAsync("backend-api-9");

        await session.Page.GoBackAsync();
        await Expect(session.At("incident-row")).ToHaveCountAsync(8);
        await session.At("filter-clear").ClickAsync();
        await Expect(session.At("count")).ToHaveTextAsync("60");
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task List_AnIncidentComes_IsSeenWithinASecondWithoutReload()
    {
        await using var api = await FakeApi.StartAsync();
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.GoAsync("/");
        await session.At("empty").WaitForAsync();

        // Into an empty list: at once.
        var first = await TimeAsync(() => api.Push(LiveChangeKinds.Opened, FakeIncidents.One(1)), session.At("incident-row"));

        // Into a list that somebody reads: behind the bar, and nothing moves.
        var second = await TimeAsync(() => api.Push(LiveChangeKinds.Opened, FakeIncidents.One(2, TimeProvider.System.GetUtcNow())), session.At("new-bar"));
        await Expect(session.At("incident-row")).ToHaveCountAsync(1);
        await Expect(session.At("new-bar")).ToContainTextAsync("checkout");

        // A count changes in place.
        var third = await TimeAsync(() => api.Push(LiveChangeKinds.Updated, FakeIncidents.One(1, TimeProvider.System.GetUtcNow()) with { Occurrences = 1234 }), session.At("incident-row").GetByText("1,234"));

        await session.At("new-bar").ClickAsync();
        await Expect(session.At("incident-row")).ToHaveCountAsync(2);
        await Expect(session.At("new-bar")).ToHaveCountAsync(0);
        Assert.All([first, second, third], t => Assert.True(t < TimeSpan.FromSeconds(1), $"Seen after {t.TotalMilliseconds:0} ms."));
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task List_HistoryOfAFirstList_AppearsWithoutABar()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(2));
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.GoAsync("/");

        api.Push(LiveChangeKinds.Opened, FakeIncidents.One(3), history: true);

        await Expect(session.At("incident-row")).ToHaveCountAsync(3);
        await Expect(session.At("new-bar")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Keyboard_MovesOpensAndSearches()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(5));
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.SignInAsync(host.SignInLink);
        await session.GoAsync("/incidents?sort=-occurrences");
        var keyboard = session.Page.Keyboard;

        await keyboard.PressAsync("/");
        await Expect(session.At("filter-q")).ToBeFocusedAsync();
        await keyboard.PressAsync("Escape");
        await keyboard.PressAsync("?");
        await Expect(session.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await keyboard.PressAsync("Escape");
        await keyboard.PressAsync("j");
        await keyboard.PressAsync("j");
        await keyboard.PressAsync("k");
        await keyboard.PressAsync("Enter");
        await Expect(session.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/incidents/3"));
        await Expect(session.At("status-select")).ToHaveValueAsync("open");
        await keyboard.PressAsync("r");
        await Expect(session.At("status-select")).ToHaveValueAsync("resolved");

        // Back to the list as it was left.
        await session.Page.GetByText("← Incidents").ClickAsync();
        await Expect(session.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("sort=-occurrences"));
    }

    [Fact]
    public async Task Keyboard_ResolvesTheSelectedRowAndTakesItBack()
    {
        await using var api = await FakeApi.StartAsync([FakeIncidents.One(1) with { Status = IncidentStatus.Investigating }]);
        await using var host = await DashboardHost.StartAsync(api.Address);
        await using var session = await browser.OpenAsync(host.Address);
        await session.SignInAsync(host.SignInLink);
        await session.GoAsync("/");
        var status = session.At("incident-row").Locator(".status");

        await session.Page.Keyboard.PressAsync("j");
        await session.Page.Keyboard.PressAsync("r");
        await Expect(session.At("toast")).ToContainTextAsync("is resolved");
        await Expect(status).ToHaveTextAsync("Resolved");

        await session.Page.Keyboard.PressAsync("u");
        await Expect(session.At("toast")).ToContainTextAsync("is as it was");
        await Expect(status).ToHaveTextAsync("Investigating");
        Assert.Empty(session.Complaints);
    }

    [Fact]
    public async Task Circuits_ThatCloseOrMoveOn_LeaveNoSubscription()
    {
        await using var api = await FakeApi.StartAsync(FakeIncidents.Many(3));
        await using var host = await DashboardHost.StartAsync(api.Address);
        var broadcast = host.Services.GetRequiredService<LiveBroadcast>();
        var before = broadcast.Subscriptions;
        await using (var session = await browser.OpenAsync(host.Address))
        {
            await session.GoAsync("/");
            await session.At("incident-row").First.GetByRole(AriaRole.Link).First.ClickAsync();
            await session.At("status-select").WaitForAsync();
            await session.Page.GoBackAsync();
            await session.At("incident-row").First.WaitForAsync();
            Assert.Equal(before + 1, broadcast.Subscriptions);
            await session.Page.GotoAsync("about:blank");
        }

        while (broadcast.Subscriptions != before)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<TimeSpan> TimeAsync(Action happens, ILocator seen)
    {
        var watch = Stopwatch.StartNew();
        happens();
        await seen.First.WaitForAsync();
        return watch.Elapsed;
    }
}
