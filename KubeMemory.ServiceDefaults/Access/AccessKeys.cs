using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace KubeMemory.ServiceDefaults.Access;

/// <summary>The keys that are taken, and the one that the services show each other. Thread-safe.</summary>
public sealed class AccessKeys
{
    private readonly List<(byte[] Hash, KeyHolder Holder)> _keys = [];

    /// <exception cref="OptionsValidationException">The key file cannot be used; one sentence.</exception>
    public AccessKeys(IOptions<AccessOptions> options)
    {
        var access = options.Value;
        ServiceKey = access.ServiceKey;
        if (access.Chosen == AccessMode.Local)
        {
            // Three programs of one user need not be told anything: the file's key serves between them too.
            KeyFile = PathOf(access);
            var key = Read(KeyFile);
            Add(key, new(AccessIdentity.Local, AccessRoles.Operator, IsService: ServiceKey is null));
            ServiceKey ??= key;
        }

        foreach (var key in access.Keys)
        {
            Add(key.Key, new(key.Name, key.Role, IsService: false));
        }

        if (access.ServiceKey is not null)
        {
            Add(access.ServiceKey, new(AccessIdentity.Service, AccessRoles.Operator, IsService: true));
        }
    }

    /// <summary>For <see cref="AccessHeaders.Key"/> of requests to other services; null where none is configured, as for a Watcher.</summary>
    public string? ServiceKey { get; }

    /// <summary>Mode Local: where the key is read; null in the others.</summary>
    public string? KeyFile { get; }

    /// <summary>Whose key it is, null: nobody's. Takes as long whatever is shown, and whichever it is.</summary>
    public KeyHolder? Find(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        KeyHolder? found = null;
        foreach (var (known, holder) in _keys)
        {
            found = CryptographicOperations.FixedTimeEquals(known, hash) ? holder : found;
        }

        return found;
    }

    private void Add(string key, KeyHolder holder) => _keys.Add((SHA256.HashData(Encoding.UTF8.GetBytes(key)), holder));

    private static string PathOf(AccessOptions access)
    {
        var path = string.IsNullOrWhiteSpace(access.KeyFile) ? LocalKey.DefaultPath : Path.GetFullPath(access.KeyFile);
        return Path.IsPathRooted(path) ? path : throw Mistake($"This user has no home folder to keep a key in: name a file with {AccessOptions.Section}:{nameof(AccessOptions.KeyFile)}.");
    }

    private static string Read(string path)
    {
        try
        {
            return LocalKey.ReadOrCreate(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Mistake($"The key of {path} cannot be used ({fault.Message.TrimEnd('.')}): put that right, or name another file with {AccessOptions.Section}:{nameof(AccessOptions.KeyFile)}.");
        }
    }

    private static OptionsValidationException Mistake(string sentence) => new(Options.DefaultName, typeof(AccessOptions), [sentence]);
}

/// <param name="Name">For the audit log.</param>
/// <param name="Role">Of <see cref="AccessRoles"/>.</param>
/// <param name="IsService">May say for whom it asks (<see cref="AccessHeaders.User"/>).</param>
public sealed record KeyHolder(string Name, string Role, bool IsService);
