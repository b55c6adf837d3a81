using System.Diagnostics.CodeAnalysis;

namespace KubeMemory.Web.Live;

/// <summary>
/// Carries what a page has read while it was rendered for the first time over to its circuit, so that nothing is read twice and logs do
/// not travel through the page as hidden state. Thread-safe and bounded: what is not taken within a minute, or is pushed out by newer
/// pages, is simply read again.
/// </summary>
internal sealed class PrerenderHandoff(TimeProvider time)
{
    /// <summary>An incident's page keeps five.</summary>
    private const int Capacity = 160;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (object Value, DateTimeOffset Until)> _kept = [];

    /// <summary>The ticket that <see cref="TryTake{T}"/> redeems, once.</summary>
    public string Keep(object value)
    {
        var ticket = Guid.NewGuid().ToString("N");
        var now = time.GetUtcNow();
        lock (_lock)
        {
            foreach (var old in _kept.Where(k => k.Value.Until < now).Select(k => k.Key).ToList())
            {
                _kept.Remove(old);
            }

            if (_kept.Count == Capacity)
            {
                _kept.Remove(_kept.MinBy(k => k.Value.Until).Key);
            }

            _kept[ticket] = (value, now + Life);
        }

        return ticket;
    }

    public bool TryTake<T>(string? ticket, [NotNullWhen(true)] out T? value)
        where T : class
    {
        lock (_lock)
        {
            value = ticket is not null && _kept.Remove(ticket, out var found) && found.Until >= time.GetUtcNow() ? found.Value as T : null;
            return value is not null;
        }
    }
}
