using KubeMemory.ServiceDefaults.Access;
using KubeMemory.Standalone.Cli;

namespace KubeMemory.Standalone.Reindexing;

/// <summary>The key to show an API that is to change something.</summary>
internal static class RemoteKey
{
    public const string Variable = "KUBEMEMORY_API_KEY";

    /// <summary>
    /// The one that was typed; else the environment's; else, for an API on this machine alone, that of the data folder's or this user's key
    /// file. Null: none.
    /// </summary>
    /// <exception cref="StandaloneException">The key file is there and cannot be read.</exception>
    public static string? Of(string? typed, Uri api, string dataFolder)
    {
        var named = typed ?? Environment.GetEnvironmentVariable(Variable)?.Trim();
        if (!string.IsNullOrEmpty(named) || !api.IsLoopback)
        {
            return string.IsNullOrEmpty(named) ? null : named;
        }

        var file = new[] { StandaloneAccess.KeyFileOf(dataFolder), LocalKey.DefaultPath }.FirstOrDefault(File.Exists);
        try
        {
            return file is null ? null : LocalKey.ReadOrCreate(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StandaloneException($"The key of {file} cannot be read ({e.Message.TrimEnd('.')}): name one with --api-key.", e);
        }
    }
}
