namespace KubeMemory.Watcher.Informers;

/// <summary>The pages of one list. Read once; the totals are known at its end.</summary>
internal sealed class PageSequence<T>(IKubernetesReader reader, KubeResource<T> resource, string? ns, int pageSize) : IAsyncEnumerable<ListPage<T>>
    where T : class
{
    /// <summary>Of the first page: a watch from it misses nothing.</summary>
    public string ResourceVersion { get; private set; } = "";

    public int Unreadable { get; private set; }

    public async IAsyncEnumerator<ListPage<T>> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        string? token = null;
        do
        {
            var (page, first) = await PageAsync(token, cancellationToken).ConfigureAwait(false);
            ResourceVersion = first ? page.ResourceVersion : ResourceVersion;
            Unreadable += page.Unreadable;
            token = page.Continue;
            yield return page;
        }
        while (token is not null);
    }

    // A token that expired under a long list would go on at another version, with a gap between the two; one list without pages has none.
    private async Task<(ListPage<T> Page, bool First)> PageAsync(string? token, CancellationToken cancellationToken)
    {
        try
        {
            return (await reader.ListAsync(resource, ns, pageSize, token, cancellationToken).ConfigureAwait(false), token is null);
        }
        catch (KubernetesException e) when (e.IsGone && token is not null)
        {
            return (await reader.ListAsync(resource, ns, null, null, cancellationToken).ConfigureAwait(false), true);
        }
    }
}
