using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Web.Incidents;
using Xunit;

namespace KubeMemory.Tests.Web.Incidents;

public class IncidentListViewTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    private readonly IncidentListView _view = new();

    [Fact]
    public void Apply_AChangeOfARowOnTheScreen_ChangesItInPlace()
    {
        Show(Row(1), Row(2), Row(3));

        var reaction = Apply(LiveChangeKinds.Updated, Row(3) with { Occurrences = 99, LastSeenAt = Now, Status = IncidentStatus.Resolved });

        Assert.Equal(ListReaction.Render, reaction);
        Assert.Equal([1L, 2L, 3L], _view.Rows.Select(r => r.Id));
        Assert.Equal(99, _view.Rows[2].Occurrences);
    }

    [Fact]
    public void Apply_AnOlderChangeThanTheRow_LeavesTheRow()
    {
        Show(Row(1) with { Occurrences = 7 });

        Apply(LiveChangeKinds.Updated, Row(1) with { Occurrences = 5, LastSeenAt = Row(1).LastSeenAt.AddMinutes(-1) });

        Assert.Equal(7, _view.Rows[0].Occurrences);
    }

    [Fact]
    public void Apply_ANewIncident_WaitsAndMovesNothing()
    {
        Show(Row(1));

        Assert.Equal(ListReaction.Render, Apply(LiveChangeKinds.Opened, Row(2)));
        Apply(LiveChangeKinds.Updated, Row(2) with { Occurrences = 4 });

        Assert.Equal(1, Assert.Single(_view.Rows).Id);
        Assert.Equal(4, Assert.Single(_view.Waiting).Occurrences);
    }

    [Fact]
    public void Apply_ANewIncidentIntoAnEmptyList_IsReadAtOnce()
    {
        Show();

        Assert.Equal(ListReaction.Refresh, Apply(LiveChangeKinds.Opened, Row(1)));
    }

    [Fact]
    public void Apply_AnIncidentThatIsGone_IsReadAgainWhereItIsOnTheScreen()
    {
        Show(Row(1), Row(2));
        Apply(LiveChangeKinds.Opened, Row(3));

        Assert.Equal(ListReaction.None, _view.Apply([new(LiveChangeKinds.Deleted, null, IncidentId: 9)], IncidentFilter.All, Now));
        Assert.Equal(ListReaction.Render, _view.Apply([new(LiveChangeKinds.Deleted, null, IncidentId: 3)], IncidentFilter.All, Now));
        Assert.Empty(_view.Waiting);
        Assert.Equal(ListReaction.Refresh, _view.Apply([new(LiveChangeKinds.Deleted, null, IncidentId: 2)], IncidentFilter.All, Now));
    }

    [Fact]
    public void Apply_HistoryOfTheFirstList_IsReadQuietly()
    {
        Show(Row(1));

        Assert.Equal(ListReaction.Refresh, _view.Apply([new LiveChange(LiveChangeKinds.Opened, Row(2), History: true)], IncidentFilter.All, Now));
        Assert.Empty(_view.Waiting);
    }

    [Fact]
    public void Apply_ANewIncidentThatTheFilterDoesNotHold_IsNothing()
    {
        Show(Row(1));

        Assert.Equal(ListReaction.None, _view.Apply([new LiveChange(LiveChangeKinds.Opened, Row(2))], IncidentFilter.Parse("?namespace=elsewhere"), Now));
    }

    [Fact]
    public void Show_AfterWaiting_EmptiesTheBarAndMarksWhatIsNew()
    {
        Show(Row(1));
        Apply(LiveChangeKinds.Opened, Row(2));

        _view.Show(new IncidentPage(2, null, null, [Row(2), Row(1)]), sameList: true);

        Assert.Empty(_view.Waiting);
        Assert.True(_view.IsFresh(2));
        Assert.False(_view.IsFresh(1));
    }

    private static IncidentSummary Row(long id) => FakeIncidents.Summary(FakeIncidents.One(id, Now.AddMinutes(-id)));

    private void Show(params IncidentSummary[] rows) => _view.Show(new IncidentPage(rows.Length, null, null, rows), sameList: false);

    private ListReaction Apply(string kind, IncidentSummary incident) => _view.Apply([new LiveChange(kind, incident)], IncidentFilter.All, Now);
}
