using System.Net.WebSockets;
using System.Text.Json;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Live;

namespace KubeMemory.Api.Live;

/// <summary>The live feed over one WebSocket. What the reader sends is read, so that its close is seen, and ignored.</summary>
internal sealed partial class EventSocket(HttpContext context, ILiveFeed feed, LiveOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>How long a reader may take to answer a close before the connection is dropped.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    public async Task RunAsync(string? afterId, CancellationToken stopping)
    {
        // A cancelled receive aborts the socket, and then nobody can say goodbye: the server's stop ends the sending half only.
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(gone.Token, stopping);
        await using var subscription = await LiveSubscription.OpenAsync(feed, afterId, options, time, ends.Token);
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await using var cutOff = subscription.FellBehind.Register(CutOff);

        var receiving = ReadUntilClosedAsync(socket, ends, gone.Token);
        try
        {
            await foreach (var entry in subscription.ReadAllAsync(ends.Token))
            {
                await socket.SendAsync(Message(entry), WebSocketMessageType.Text, endOfMessage: true, gone.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The reader has gone, or the server stops: both are a normal end.
        }
        catch (Exception e)
        {
            Log.Faulted(logger, e);
        }

        gone.CancelAfter(CloseTimeout);
        await CloseAsync(socket, stopping.IsCancellationRequested, gone.Token);
        await receiving;
    }

    // {"id":"42","kind":"opened","incident":{"id":7,…},"storm":null,"history":false}
    private static byte[] Message(LiveEntry entry)
    {
        var message = JsonSerializer.SerializeToNode(entry.Change, ContractJson.Options)!.AsObject();
        message.Insert(0, "id", entry.Id);
        return JsonSerializer.SerializeToUtf8Bytes(message, ContractJson.Options);
    }

    private static async Task ReadUntilClosedAsync(WebSocket socket, CancellationTokenSource ends, CancellationToken gone)
    {
        var buffer = new byte[1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, gone) is { MessageType: not WebSocketMessageType.Close })
            {
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // Gone without a goodbye.
        }

        await ends.CancelAsync();
    }

    private async Task CloseAsync(WebSocket socket, bool stopping, CancellationToken gone)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
        {
            return;
        }

        try
        {
            await (stopping
                ? socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "KubeMemory is stopping", gone)
                : socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, gone));
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            Log.NotClosed(logger, e.Message);
        }
    }

    private void CutOff()
    {
        Log.CutOff(logger, options.Buffer);
        context.Abort();
    }

    private static partial class Log
    {
        [LoggerMessage(120, LogLevel.Information, "A reader of the WebSocket let {Buffer} changes wait too long and was disconnected; it resumes by id")]
        public static partial void CutOff(ILogger logger, int buffer);

        [LoggerMessage(122, LogLevel.Error, "The live feed failed a reader of the WebSocket; it was disconnected and resumes by id")]
        public static partial void Faulted(ILogger logger, Exception exception);

        [LoggerMessage(121, LogLevel.Debug, "A WebSocket could not be closed: {Reason}")]
        public static partial void NotClosed(ILogger logger, string reason);
    }
}
