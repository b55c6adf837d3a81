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
internal abstract partial class KeyRepository(ILogger logger) : IXmlRepository
{
    private long _last;

    public IReadOnlyCollection<XElement> GetAllElements() => Said(() =>
    {
        var (elements, last) = Read();
        Volatile.Write(ref _last, last);
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

    /// <summary>Who asks for the ring hides the reason in an exception of its own.</summary>
    private T Said<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception fault)
        {
            Log.Failed(logger, fault.Message);
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2601, LogLevel.Information, "Another process has made a key for the key ring at the same time; that one serves")]
        public static partial void Faster(ILogger logger);

        [LoggerMessage(2602, LogLevel.Warning, "The key ring cannot be had just now, and is asked for again when it is needed: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
