using KubeMemory.Simulator.Access;
using KubeMemory.Simulator.Load;

namespace KubeMemory.Simulator.Server;

/// <summary>How clients must say who they are. Without any, everyone is the user.</summary>
[Flags]
public enum Authentication
{
    None = 0,
    Token = 1,
    ClientCertificate = 2,
}

/// <summary>What a watch from a compacted version gets.</summary>
public enum ExpiredWatchAnswer
{
    /// <summary>HTTP 410.</summary>
    Gone,

    /// <summary>200 and one ERROR line with a Status of code 410.</summary>
    ErrorLine,

    /// <summary>200, and the stream ends at once without a line.</summary>
    EmptyStream,
}

/// <summary>How the simulated API server serves.</summary>
public sealed class SimulatorOptions
{
    /// <summary>The port on the loopback interface. Default 0: any free one.</summary>
    public int Port { get; init; }

    /// <summary>HTTPS with a certificate of the server's own authority. Default false: plain HTTP.</summary>
    public bool Tls { get; init; }

    /// <summary>Who may come in. A client certificate needs TLS. Default: everyone.</summary>
    public Authentication Authentication { get; init; }

    /// <summary>The user's bearer token at the start. Null (the default): a random one.</summary>
    public string? Token { get; init; }

    /// <summary>The user's name, as it stands in "forbidden" messages. Default "kubememory".</summary>
    public string User { get; init; } = "kubememory";

    /// <summary>Names and addresses in the server's certificate besides 127.0.0.1, ::1 and localhost. Default none.</summary>
    public IReadOnlyList<string> SubjectNames { get; init; } = [];

    /// <summary>The authority that signs; give the same one to a server that takes another's place. Null (the default): a new one.</summary>
    public CertificateAuthority? Authority { get; init; }

    /// <summary>The clock of watch timeouts, bookmarks, delays and the request log. Default the real one.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How often a watch that allows bookmarks gets one. Default 1 minute, more than zero. Watches of events never get one.</summary>
    public TimeSpan BookmarkInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a watch lasts that names no timeoutSeconds. Default 30 minutes, more than zero.</summary>
    public TimeSpan WatchTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>What a watch of events from a compacted version gets. Default an ERROR line, which is what etcd's watches end with.</summary>
    public ExpiredWatchAnswer ExpiredEventWatch { get; init; } = ExpiredWatchAnswer.ErrorLine;

    /// <summary>The same for every other resource. Default HTTP 410.</summary>
    public ExpiredWatchAnswer ExpiredWatch { get; init; } = ExpiredWatchAnswer.Gone;

    /// <summary>Whether Events can be posted, as by a kubelet. Default false: nothing can be written.</summary>
    public bool AcceptEvents { get; init; }

    /// <summary>Lines for a benchmark that every watch of events gets at full speed. Default none.</summary>
    public LoadPlan? Load { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Port, 65535);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(BookmarkInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(WatchTimeout, TimeSpan.Zero);
        ArgumentException.ThrowIfNullOrEmpty(User);
        if (Authentication.HasFlag(Authentication.ClientCertificate) && !Tls)
        {
            throw new ArgumentException("Client certificates need TLS.", nameof(Authentication));
        }
    }
}
