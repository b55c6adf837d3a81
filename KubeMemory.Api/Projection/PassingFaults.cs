using System.Data.Common;
using System.Net.Sockets;
using KubeMemory.Core.Contracts;
using Polly;

namespace KubeMemory.Api.Projection;

/// <summary>Tells faults of the moment, which no item is to blame for, from others.</summary>
internal static class PassingFaults
{
    /// <summary>A cancellation counts, too: whoever asks has seen to it that it is not the caller's own.</summary>
    public static bool Holds(Exception? fault) => fault switch
    {
        null => false,
        EngineUnavailableException or ProjectionMovedException or HttpRequestException or TimeoutException or OperationCanceledException
            or IOException or SocketException or ExecutionRejectedException => true,
        DbException { IsTransient: true } => true,
        _ => Holds(fault.InnerException),
    };
}

/// <summary>Another process has begun to rebuild to somewhere else: this one must not write any more where it was about to.</summary>
internal sealed class ProjectionMovedException(string projector, string target)
    : Exception($"The projection {projector} is now written to {target} by another process.");
