using System.Collections.Concurrent;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Logging;

namespace KubeMemory.Engines.KeyRing;

/// <summary>
/// The elements of the ring, each under a number that nobody takes twice. Whoever finds no key that serves makes one and uses it at once;
/// of several that start together on an empty ring each would, and Data Protection reads keys that it does not know only in its first two
/// minutes: later, one process would refuse what another has protected, for up to a day. So a key gets the number after the last one that
/// was read when it was decided upon; where that is taken, somebody else was faster, and the ring, which is read again after every new
/// key, goes on with theirs. Thread-safe.
/// </summary>
internal abstract partial class KeyRepository(KeyWrapping wrapping, TimeProvider time, ILogger logger) : IXmlRepository
{
    private readonly ConcurrentDictionary<string, bool> _missed = new();
    private long _last;
    private string? _reason;

    public IReadOnlyCollection<XElement> GetAllElements() => Said(() =>
    {
        var (elements, last) = Read();
        Volatile.Write(ref _last, last);
        Look(elements);
        return elements;
    });

    public void StoreElement(XElement element, string friendlyName) => Said(() =>
    {
        ArgumentNullException.ThrowIfNull(element);
        for (var number = Volatile.Read(ref _last) + 1; !TryStore(number, element, friendlyName); number++)
        {
            if (element.Name == "key")
            {
                Log.Faster(logger);
                return true;
            }
        }

        return true;
    });

    /// <summary>All of them, and the highest number; 0 where there are none.</summary>
    protected abstract (IReadOnlyCollection<XElement> Elements, long Last) Read();

    /// <summary>False where the number is taken.</summary>
    protected abstract bool TryStore(long number, XElement element, string friendlyName);

    /// <summary>A certificate that is missing shows as stacks of its own cryptography: here it is a sentence, once.</summary>
    private void Look(IReadOnlyCollection<XElement> elements)
    {
        var now = time.GetUtcNow();
        foreach (var missing in elements.Select(element => wrapping.MissingFor(element, now)).OfType<string>())
        {
            if (_missed.TryAdd(missing, true))
            {
                Log.CertificateMissing(logger, missing);
            }
        }
    }

    /// <summary>Who asks for the ring hides the reason in an exception of its own, and asks at every request: each reason is said once.</summary>
    private T Said<T>(Func<T> work)
    {
        try
        {
            var result = work();
            Volatile.Write(ref _reason, null);
            return result;
        }
        catch (Exception fault)
        {
            if (Interlocked.Exchange(ref _reason, fault.Message) != fault.Message)
            {
                Log.Failed(logger, fault.Message);
            }

            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2601, LogLevel.Information, "Another process has made a key for the key ring at the same time; that one serves")]
        public static partial void Faster(ILogger logger);

        [LoggerMessage(2602, LogLevel.Warning, "The key ring cannot be had just now, and is asked for again when it is needed: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);

        [LoggerMessage(2604, LogLevel.Warning,
            "The key ring holds keys that are wrapped by the certificate {Thumbprint}, which this service does not have: what they protect cannot be read; add that certificate to KubeMemory:KeyRing:OldCertificates")]
        public static partial void CertificateMissing(ILogger logger, string thumbprint);
    }
}
