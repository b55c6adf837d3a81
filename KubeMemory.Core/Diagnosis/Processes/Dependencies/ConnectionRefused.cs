namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

internal static class ConnectionRefused
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "connection-refused",
        Title = "A dependency refuses the connection",
        Area = SignatureArea.Dependencies,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?i)(?:connection (?:was )?(?:actively )?refused|econnrefused|refused the connection|connection to \S+ refused|actively refused|connrefused)"),
            Clue.Log(@"\((?:111|10061)\)|\[Errno 111\]|\bError 111\b|os error 111|Couldn't connect to server|SocketException \(111\)"),
        ],
        Specificity = 64,
        Verdict = Verdict.Confirmed,
        Cause = "Nothing listens[ at {address}]: the connection that the process needs is refused.[ The Service or host {host} answers, but no ready pod or process serves port {port} there.]",
        Thing = "address",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Services,
            new("See whether anything serves that address.", "kubectl get endpointslices --all-namespaces"),
            ProcessSteps.Environment,
            ProcessSteps.Policies,
        ],
        Prevention =
        [
            "Let the process try again for a while when a dependency is not there yet.",
            "Give the dependency a readiness probe, so that its Service sends nobody to a pod that does not listen.",
        ],
        Documentation = ProcessSteps.DebugServices,
        Refine = Addresses.Add,
        Samples =
        [
            ProcessCase.Crash("2026/03/04 05:06:18 main.go:41: cannot ping database: dial tcp 10.0.3.7:5432: connect: connection refused", "10.0.3.7:5432"),
            ProcessCase.Crash(
                """
                java.lang.IllegalStateException: Failed to start
                	at shop.Main.main(Main.java:12)
                Caused by: org.postgresql.util.PSQLException: Connection to pg-main.data:5432 refused. Check that the hostname and port are correct.
                	at org.postgresql.core.v3.ConnectionFactoryImpl.openConnectionImpl(ConnectionFactoryImpl.java:319)
                Caused by: java.net.ConnectException: Connection refused
                	at java.base/sun.nio.ch.Net.pollConnect(Native Method)
                """, "pg-main.data:5432"),
            ProcessCase.Crash(
                """
                Traceback (most recent call last):
                  File "/app/worker.py", line 5, in <module>
                    r.ping()
                redis.exceptions.ConnectionError: Error 111 connecting to redis-main:6379. Connection refused.
                """, "redis-main:6379"),
            ProcessCase.Crash(
                """
                thread 'main' panicked at src/main.rs:18:10:
                called `Result::unwrap()` on an `Err` value: reqwest::Error { kind: Request, url: Url { scheme: "http", host: Some(Domain("rates")), port: Some(8080) }, source: ConnectError("tcp connect error", Os { code: 111, kind: ConnectionRefused, message: "Connection refused" }) }
                note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
                """, "rates:8080"),
            ProcessCase.Crash(
                """
                Connecting to amqp://app:[redacted]@rabbit.mq:5672
                Unhandled exception. RabbitMQ.Client.Exceptions.BrokerUnreachableException: None of the specified endpoints were reachable
                 ---> System.Net.Sockets.SocketException (111): Connection refused
                   at RabbitMQ.Client.Impl.SocketFrameHandler..ctor(AmqpTcpEndpoint endpoint)
                """, "rabbit.mq:5672", exitCode: 134),
        ],
        NearMisses =
        [
            ProcessCase.Crash(
                """
                WARN statsd: dial tcp 10.0.0.4:8125: connect: connection refused
                INFO loading 42 orders
                ERROR order 17 has no lines
                java.lang.IllegalStateException: order 17 has no lines
                	at shop.Orders.check(Orders.java:20)
                """),
            ProcessCase.Crash(
                """
                level=error msg="dial tcp 10.0.0.4:6379: connect: connection refused, retrying in 1s"
                level=info msg="connected to redis 10.0.0.4:6379"
                level=info msg="worker up"
                level=error msg="checksum of batch 7 does not match"
                """),
        ],
    };
}
