using System.Net;
using System.Net.Sockets;

namespace KubeMemory.ServiceDefaults.Access;

/// <summary>
/// Keys that were wrong, by the address that showed them: after <see cref="PerMinute"/> within a minute it must wait for the minute's end, whatever it
/// shows then. For every place where a key is taken. Thread-safe, bounded.
/// </summary>
public sealed class FailedAttempts(TimeProvider time)
{
    public const int PerMinute = 20;

    /// <summary>Addresses counted apart; when there are more within a minute, the rest counts together.</summary>
    private const int MostAddresses = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (DateTimeOffset Until, int Count)> _counts = new(StringComparer.Ordinal);

    /// <summary>How long the address must wait; zero where it need not.</summary>
    public TimeSpan WaitOf(IPAddress? address)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            return _counts.TryGetValue(KeyOf(address), out var seen) && seen.Until > now && seen.Count >= PerMinute ? seen.Until - now : TimeSpan.Zero;
        }
    }

    /// <returns>How many there have been within the minute, this one included.</returns>
    public int Add(IPAddress? address)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var key = KeyOf(address);
            var next = _counts.TryGetValue(key, out var seen) && seen.Until > now ? (seen.Until, seen.Count + 1) : (now + Window, 1);
            _counts[key] = next;
            return next.Item2;
        }
    }

    private string KeyOf(IPAddress? address)
    {
        var key = NetworkOf(address);
        if (_counts.Count < MostAddresses || _counts.ContainsKey(key))
        {
            return key;
        }

        var now = time.GetUtcNow();
        foreach (var (old, _) in _counts.Where(count => count.Value.Until <= now).ToList())
        {
            _counts.Remove(old);
        }

        return _counts.Count < MostAddresses ? key : "others";
    }

    /// <summary>Of IPv6 the network, because one machine has as many addresses of it as it likes.</summary>
    private static string NetworkOf(IPAddress? address) => address switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };
}
