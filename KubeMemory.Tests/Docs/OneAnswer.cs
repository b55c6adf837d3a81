using System.Net;
using System.Net.Sockets;

namespace KubeMemory.Tests.Docs;

/// <summary>Gives every request the same bytes for an answer, and hangs up.</summary>
internal sealed class OneAnswer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _answer;

    public OneAnswer(string answer)
    {
        _answer = System.Text.Encoding.ASCII.GetBytes(answer);
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(CancellationToken.None);
                var stream = client.GetStream();
                using var reader = new StreamReader(stream);
                while (await reader.ReadLineAsync(CancellationToken.None) is { Length: > 0 })
                {
                }

                await stream.WriteAsync(_answer, CancellationToken.None);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            // Disposed of, or hung up on.
        }
    }
}
