using System.Net.Http.Headers;
using k8s.Authentication;

namespace KubeMemory.Watcher.Connections;

/// <summary>A token in a file that somebody else keeps fresh. Read for every request, which are few: a rotated one counts at once.</summary>
internal sealed class TokenFile(string path) : ITokenProvider
{
    /// <exception cref="IOException">The file is gone or empty.</exception>
    public async Task<AuthenticationHeaderValue> GetAuthenticationHeaderAsync(CancellationToken cancellationToken)
    {
        var token = (await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false)).Trim();
        return token.Length > 0 ? new AuthenticationHeaderValue("Bearer", token) : throw new IOException($"The token file {path} is empty.");
    }
}
