using System.Diagnostics;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Tracing;
using Xunit;

namespace KubeMemory.Tests.Core.Tracing;

public sealed class BatchSpanTests : IDisposable
{
    // Each test has its own, which nobody else listens to.
    private readonly ActivitySource _source = new("KubeMemory.Tests." + Guid.NewGuid());
    private readonly SpanRecorder _recorder;

    public BatchSpanTests() => _recorder = new SpanRecorder(_source.Name);

    [Fact]
    public void Start_NobodyListens_IsNothingAndLooksAtNothing()
    {
        using var deaf = new ActivitySource("KubeMemory.Tests." + Guid.NewGuid());

        Assert.Null(BatchSpan.Start(deaf, "work", ActivityKind.Consumer, Enumerable.Range(0, 1).Select(string? (_) => throw new InvalidOperationException())));
    }

    [Fact]
    public void Start_OneParent_IsItsChild()
    {
        var context = SpanRecorder.Context();
        BatchSpan.Start(_source, "work", ActivityKind.Consumer, [null, context, context, "no context"])!.Dispose();

        var span = Assert.Single(_recorder.Ended);
        Assert.Equal(context[..52], $"00-{span.TraceId}-{span.ParentSpanId}");
        Assert.Empty(span.Links);
    }

    [Fact]
    public void Start_ParentThatNobodySees_IsNoneAmongOthers_AndAloneHidesTheBatch()
    {
        var (seen, unseen) = (SpanRecorder.Context(), SpanRecorder.Context()[..53] + "00");
        BatchSpan.Start(_source, "work", ActivityKind.Consumer, [unseen, seen])!.Dispose();
        BatchSpan.Start(_source, "work", ActivityKind.Consumer, [unseen])!.Dispose();

        Assert.Equal([seen[3..35], unseen[3..35]], _recorder.Ended.Select(span => span.TraceId.ToHexString()));
        Assert.All(_recorder.Ended, span => Assert.Empty(span.Links));
    }

    [Fact]
    public void Start_WithoutParents_IsRoutine()
    {
        BatchSpan.Start(_source, "work", ActivityKind.Consumer, [null], [SpanRecorder.Context()])!.Dispose();
        BatchSpan.Start(_source, "work", ActivityKind.Consumer, [SpanRecorder.Context()])!.Dispose();

        Assert.Equal([true, null], _recorder.Ended.Select(span => span.GetTagItem(SpanTags.Routine)));
    }

    [Fact]
    public void Begin_InWorkThatNobodySees_IsATraceOfItsOwn()
    {
        using var source = new ActivitySource("KubeMemory.Tests." + Guid.NewGuid());
        using var listener = new ActivityListener
        {
            ShouldListenTo = one => one == source,
            Sample = static (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Name == "work" ? ActivitySamplingResult.PropagationData : ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var batch = BatchSpan.Start(source, "work", ActivityKind.Consumer, [])!;

        var span = batch.Begin("open incident", batch.Id)!;
        Assert.Equal((null, true), (span.ParentId, span.Recorded));
        Assert.Equal(batch.Id, Activity.Current!.Id);
    }

    [Fact]
    public void Start_SeveralParents_IsATraceOfItsOwnWithLinks()
    {
        string[] contexts = [SpanRecorder.Context(), SpanRecorder.Context()];
        BatchSpan.Start(_source, "work", ActivityKind.Consumer, contexts)!.Dispose();

        var span = Assert.Single(_recorder.Ended);
        Assert.Null(span.ParentId);
        Assert.Equal(contexts, LinksOf(span));
    }

    [Fact]
    public void Start_OneParentAndOthers_IsItsChildAndLinksTheOthers()
    {
        var (parent, other) = (SpanRecorder.Context(), SpanRecorder.Context());
        BatchSpan.Start(_source, "work", ActivityKind.Consumer, [parent], [other, parent, null])!.Dispose();

        var span = Assert.Single(_recorder.Ended);
        Assert.Equal(parent[3..35], span.TraceId.ToHexString());
        Assert.Equal([other], LinksOf(span));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(1000)]
    public void Start_HoweverManyParents_LinksAreBounded(int parents)
    {
        BatchSpan.Start(_source, "work", ActivityKind.Consumer, Enumerable.Range(0, parents).Select(_ => SpanRecorder.Context()), [SpanRecorder.Context()])!.Dispose();

        Assert.Equal(Math.Min(parents + 1, BatchSpan.MaxLinks), Assert.Single(_recorder.Ended).Links.Count());
    }

    [Fact]
    public void Start_WithinOtherWork_IsNotItsChildAndLeavesItAsItWas()
    {
        using var outer = _source.StartActivity("outer")!;
        using (BatchSpan.Start(_source, "work", ActivityKind.Consumer, []))
        {
            Assert.NotSame(outer, Activity.Current);
        }

        Assert.Same(outer, Activity.Current);
        Assert.NotEqual(outer.TraceId, Assert.Single(_recorder.Ended).TraceId);
    }

    [Fact]
    public void ContextOf_OfTheOnlyParent_IsTheBatch()
    {
        var context = SpanRecorder.Context();
        using var batch = BatchSpan.Start(_source, "work", ActivityKind.Consumer, [context])!;

        Assert.Equal(batch.Id, batch.ContextOf("work", context));
        Assert.Equal(batch.Id, batch.ContextOf("work", null));
        Assert.Equal(batch.Id, Activity.Current!.Id);
    }

    [Fact]
    public void ContextOf_OfOneOfMany_IsASpanInItsOwnTraceThatLinksTheBatch()
    {
        string[] contexts = [SpanRecorder.Context(), SpanRecorder.Context()];
        string? goesOn;
        var batch = BatchSpan.Start(_source, "work", ActivityKind.Consumer, contexts)!;
        using (batch)
        {
            goesOn = batch.ContextOf("item", contexts[1]);
            Assert.Equal(batch.Id, Activity.Current!.Id);
        }

        var item = Assert.Single(_recorder.OfTrace(contexts[1]));
        Assert.Equal(("item", goesOn, contexts[1]), (item.DisplayName, item.Id, item.ParentId));
        Assert.Equal([batch.Id], LinksOf(item));
    }

    [Fact]
    public void ContextOf_OfMoreThanItFollows_GoesOnAsItCame()
    {
        var contexts = Enumerable.Range(0, BatchSpan.MaxOwn + 5).Select(_ => SpanRecorder.Context()).ToList();
        using (var batch = BatchSpan.Start(_source, "work", ActivityKind.Consumer, contexts)!)
        {
            var goesOn = contexts.ConvertAll(context => batch.ContextOf("item", context)!);
            Assert.Equal(contexts[BatchSpan.MaxOwn..], goesOn[BatchSpan.MaxOwn..]);
        }

        Assert.Equal(BatchSpan.MaxOwn + 1, _recorder.Ended.Count);
    }

    [Fact]
    public void Begin_OfTheBatchsTrace_IsBelowTheBatch()
    {
        var context = SpanRecorder.Context();
        using var batch = BatchSpan.Start(_source, "work", ActivityKind.Consumer, [context])!;

        Assert.Equal(batch.Id, batch.Begin("part", context)!.ParentId);
    }

    [Fact]
    public void Fail_TellsTheKindOfFault_AndOnlyOfAnEngineTheSentence()
    {
        using (var batch = BatchSpan.Start(_source, "work", ActivityKind.Consumer, [])!)
        {
            batch.Begin("part", null);
            batch.Fail(new FormatException("password=hunter2"));
        }

        Assert.All(_recorder.Ended, span => Assert.Equal((ActivityStatusCode.Error, "FormatException"), (span.Status, span.StatusDescription)));
        using (var batch = BatchSpan.Start(_source, "work", ActivityKind.Consumer, [])!)
        {
            batch.Fail(new EngineUnavailableException("PostgreSQL at db:5432", new IOException("Connection refused")));
        }

        Assert.Equal("PostgreSQL at db:5432 does not answer: Connection refused.", _recorder.Ended[^1].StatusDescription);
    }

    public void Dispose()
    {
        _recorder.Dispose();
        _source.Dispose();
    }

    private static IEnumerable<string> LinksOf(Activity span) => span.Links.Select(link => $"00-{link.Context.TraceId}-{link.Context.SpanId}-01");
}
