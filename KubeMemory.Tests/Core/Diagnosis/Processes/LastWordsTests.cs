using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Diagnosis.Processes;
using Xunit;

namespace KubeMemory.Tests.Core.Diagnosis.Processes;

/// <summary>Last words of many languages and frameworks: what is known is named, and what is an application's own affair stays inconclusive.</summary>
public sealed class LastWordsTests
{
    public static TheoryData<string, string?, int, string> Known => new()
    {
        { "host-not-resolved", "postgres-primary", 1, "psql: error: could not translate host name \"postgres-primary\" to address: Name does not resolve" },
        { "host-not-resolved", "mysql-0.mysql", 1, "2026-03-04 05:06:18,001 ERROR django.db.utils.OperationalError: (2005, \"Unknown MySQL server host 'mysql-0.mysql' (-2)\")" },
        { "host-not-resolved", "auth.internal", 1, "requests.exceptions.ConnectionError: HTTPConnectionPool(host='auth.internal', port=8080): Max retries exceeded with url: /keys (Caused by NameResolutionError(\"<urllib3.connection.HTTPConnection object at 0x7f>: Failed to resolve 'auth.internal' ([Errno -2] Name or service not known)\"))" },
        { "host-not-resolved", "kafka-0.kafka-headless", 1, "[main] ERROR o.a.k.clients.ClientUtils - Couldn't resolve server kafka-0.kafka-headless:9092 from bootstrap.servers as DNS resolution failed for kafka-0.kafka-headless\nException in thread \"main\" org.apache.kafka.common.KafkaException: Failed to construct kafka consumer\nCaused by: org.apache.kafka.common.config.ConfigException: No resolvable bootstrap urls given in bootstrap.servers" },
        { "host-not-resolved", "cache", 134, "Unhandled exception. System.Net.Sockets.SocketException (11): Resource temporarily unavailable\nSystem.Net.Http.HttpRequestException: Name or service not known (cache:6379)" },
        { "host-not-resolved", "api.billing.svc", 1, "** (DBConnection.ConnectionError) tcp connect (api.billing.svc:5432): non-existing domain - :nxdomain" },
        { "host-not-resolved", "mongo.data", 1, "pymongo.errors.ServerSelectionTimeoutError: mongo.data:27017: [Errno -3] Temporary failure in name resolution (configured timeouts: socketTimeoutMS: 20000.0ms), Timeout: 30s" },
        { "host-not-resolved", "upstream-svc", 1, "2026/03/04 05:06:18 [emerg] 1#1: host not found in upstream \"upstream-svc\" in /etc/nginx/conf.d/default.conf:4" },
        { "host-not-resolved", "db", 255, "PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] php_network_getaddresses: getaddrinfo for db failed: Name or service not known in /var/www/html/db.php:9\nStack trace:\n#0 /var/www/html/db.php(9): PDO->__construct()\n#1 {main}\n  thrown in /var/www/html/db.php on line 9" },
        { "host-not-resolved", "redis.session", 1, "\u001b[31mERROR\u001b[0m [ioredis] Unhandled error event: Error: getaddrinfo EAI_AGAIN redis.session\n    at GetAddrInfoReqWrap.onlookup (node:dns:109:26)\nshutting down" },
        { "host-not-resolved", "vault.infra", 1, "2026-03-04T05:06:18.123456789Z stderr F time=\"2026-03-04T05:06:18Z\" level=fatal msg=\"login failed: Put \\\"https://vault.infra:8200/v1/auth\\\": dial tcp: lookup vault.infra on 10.96.0.10:53: no such host\"" },
        { "host-not-resolved", "search", 1, "{\"@timestamp\":\"2026-03-04T05:06:18Z\",\"log.level\":\"ERROR\",\"message\":\"startup failed\",\"error.stack_trace\":\"java.lang.RuntimeException: startup failed\\n\\tat shop.Main.main(Main.java:9)\\nCaused by: java.net.UnknownHostException: search\\n\\tat java.base/java.net.InetAddress.getAllByName(InetAddress.java:1515)\"}" },
        { "host-not-resolved", "orders", 1, "Error: failed to lookup address information: Name or service not known, connecting to http://orders:8080/" },
        { "host-not-resolved", "broker", 1, "/usr/lib/ruby/socket.rb:227:in `getaddrinfo': Failed to open TCP connection to broker:4222 (getaddrinfo: Name or service not known ) (SocketError)\n\tfrom /app/run.rb:3:in `<main>'" },
        { "host-not-resolved", "smtp-relay", 6, "curl: (6) Could not resolve host: smtp-relay" },
        { "connection-refused", "orders-db:3306", 1, "com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure\n\tat com.mysql.cj.jdbc.ConnectionImpl.connect(ConnectionImpl.java:1)\nCaused by: java.net.ConnectException: Connection refused: orders-db/10.3.3.3:3306" },
        { "connection-refused", "redis:6379", 1, "[2026-03-04 05:06:18 +0000] [1] [ERROR] Exception in worker process\nTraceback (most recent call last):\n  File \"/usr/lib/python3/redis/connection.py\", line 707, in connect\n    raise ConnectionError(self._error_message(e))\nredis.exceptions.ConnectionError: Error 111 connecting to redis:6379. Connection refused.\n[2026-03-04 05:06:18 +0000] [1] [INFO] Shutting down: Master" },
        { "connection-refused", "pg.db:5432", 1, "psycopg2.OperationalError: could not connect to server: Connection refused\n\tIs the server running on host \"pg.db\" (10.0.0.3) and accepting\n\tTCP/IP connections on port 5432?" },
        { "connection-refused", "rabbitmq:5672", 1, "kombu.exceptions.OperationalError: [Errno 111] Connection refused connecting to amqp://guest:**@rabbitmq:5672//" },
        { "connection-refused", "10.5.5.5:9200", 1, "Error: connect ECONNREFUSED 10.5.5.5:9200\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1607:16) {\n  errno: -111,\n  code: 'ECONNREFUSED',\n  syscall: 'connect',\n  address: '10.5.5.5',\n  port: 9200\n}\n\nNode.js v22.1.0" },
        { "connection-refused", "postgres:5432", 134, "fail: Shop.Startup[0]\n      Cannot open database\n      Npgsql.NpgsqlException (0x80004005): Failed to connect to 10.1.1.1:5432\n       ---> System.Net.Sockets.SocketException (111): Connection refused\n         at Npgsql.Internal.NpgsqlConnector.Connect(NpgsqlTimeout timeout)\n      Host=postgres;Port=5432" },
        { "connection-refused", "inventory:8080", 1, "feign.RetryableException: Connection refused (Connection refused) executing GET http://inventory:8080/stock\n\tat feign.FeignException.errorExecuting(FeignException.java:268)\nCaused by: java.net.ConnectException: Connection refused (Connection refused)" },
        { "connection-refused", "mq:5672", 1, "{\"level\":\"error\",\"ts\":\"2026-03-04T05:06:18Z\",\"logger\":\"mq\",\"msg\":\"giving up\",\"attempts\":5,\"error\":\"dial tcp: connection refused\",\"address\":\"mq:5672\"}" },
        { "connection-refused", "localhost:4317", 1, "panic: failed to create exporter: dial tcp localhost:4317: connect: connection refused\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:33 +0x1a4" },
        { "connection-refused", "cache:6379", 1, "Waiting for cache...\nConnecting to Redis at cache:6379\nError: Connection refused\nexit status 1" },
        { "connection-timed-out", "10.9.0.3:1433", 134, "Microsoft.Data.SqlClient.SqlException (0x80131904): A network-related error occurred. Connection timed out 10.9.0.3:1433" },
        { "connection-timed-out", "db.prod:5432", 1, "psycopg2.OperationalError: connection to server at \"db.prod\" (10.2.2.2), port 5432 failed: Connection timed out\n\tIs the server running on that host and accepting TCP/IP connections?" },
        { "connection-timed-out", "partner.test:443", 1, "requests.exceptions.ConnectTimeout: HTTPSConnectionPool(host='partner.test', port=443): Max retries exceeded with url: /v1 (Caused by ConnectTimeoutError(<conn>, 'Connection to partner.test timed out. (connect timeout=5)'))" },
        { "connection-timed-out", "mysql:3306", 124, "wait-for-it.sh: timeout occurred after waiting 60 seconds for mysql:3306" },
        { "host-unreachable", "10.20.0.9:9092", 1, "Error: connect EHOSTUNREACH 10.20.0.9:9092" },
        { "login-refused", "app_user", 1, "Caused by: org.postgresql.util.PSQLException: FATAL: password authentication failed for user \"app_user\"" },
        { "login-refused", "root", 1, "ERROR 1045 (28000): Access denied for user 'root'@'10.0.0.9' (using password: YES)" },
        { "login-refused", "guest", 1, "(ACCESS_REFUSED) PLAIN login refused: user 'guest' - invalid credentials" },
        { "login-refused", "reports", 134, "Microsoft.Data.SqlClient.SqlException (0x80131904): Login failed for user 'reports'." },
        { "login-refused", null, 1, "MongoServerError: Authentication failed.\n    at Connection.onMessage (/app/node_modules/mongodb/lib/cmap/connection.js:202:26)\n  ok: 0, code: 18, codeName: 'AuthenticationFailed'" },
        { "login-refused", null, 1, "redis.exceptions.AuthenticationError: WRONGPASS invalid username-password pair or user is disabled." },
        { "login-refused", null, 1, "org.apache.kafka.common.errors.SaslAuthenticationException: Authentication failed: Invalid username or password" },
        { "login-refused", "billing", 1, "pq: role \"billing\" does not exist" },
        { "kubernetes-api-forbidden", "create configmaps", 1, "Error: configmaps is forbidden: User \"system:serviceaccount:ci:runner\" cannot create resource \"configmaps\" in API group \"\" in the namespace \"ci\"" },
        { "database-not-found", "metrics", 1, "django.db.utils.OperationalError: FATAL:  database \"metrics\" does not exist" },
        { "schema-out-of-date", "users", 1, "sqlite3.OperationalError: no such table: users" },
        { "schema-out-of-date", "shop.coupons", 1, "ERROR 1146 (42S02): Table 'shop.coupons' doesn't exist" },
        { "dependency-overloaded", null, 1, "psycopg2.OperationalError: FATAL:  sorry, too many clients already" },
        { "certificate-not-trusted", "registry.int:5000", 1, "Error: Get \"https://registry.int:5000/v2/\": x509: certificate signed by unknown authority" },
        { "certificate-not-trusted", null, 1, "Error: self-signed certificate in certificate chain\n    at TLSSocket.onConnectSecure (node:_tls_wrap:1659:34) {\n  code: 'SELF_SIGNED_CERT_IN_CHAIN'\n}" },
        { "certificate-expired", null, 1, "javax.net.ssl.SSLHandshakeException: PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed\nCaused by: java.security.cert.CertificateExpiredException: NotAfter: Sun Mar 01 00:00:00 UTC 2026" },
        { "certificate-of-other-host", "ledger.test", 1, "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid for 'ledger.test'. (_ssl.c:1006)" },
        { "tls-not-spoken", "api:8080", 1, "ssl.SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006) url=https://api:8080/" },
        { "migration-failed", "20260301_add_idx", 1, "Error: P3009\n\nmigrate found failed migrations in the target database, new migrations will not be applied.\nThe `20260301_add_idx` migration started at 2026-03-01 10:00:00 UTC failed" },
        { "migration-failed", "00007_orders.sql", 1, "2026/03/04 05:06:18 goose run: ERROR 00007_orders.sql: failed to run SQL migration: pq: syntax error at or near \"TABEL\"" },
        { "migration-failed", null, 1, "StandardError: An error has occurred, all later migrations canceled:\n\nPG::DuplicateColumn: ERROR:  column \"a\" already exists" },
        { "environment-variable-not-set", "DATABASE_URL", 1, "error: Environment variable not found: DATABASE_URL.\n  -->  schema.prisma:7\n   | \n 6 |   provider = \"postgresql\"" },
        { "environment-variable-not-set", "JWT_ISSUER", 1, "/app/index.js:4\nif (!process.env.JWT_ISSUER) throw new Error(\"JWT_ISSUER is required\");\n                             ^\n\nError: JWT_ISSUER is required\n    at Object.<anonymous> (/app/index.js:4:36)\n\nNode.js v20.1.0" },
        { "environment-variable-not-set", "REGION", 1, "{\"level\":\"fatal\",\"msg\":\"missing required env var: REGION\"}" },
        { "environment-variable-not-set", "SMTP_HOST", 1, "required key SMTP_HOST missing value" },
        { "environment-variable-not-set", "QUEUE_URL", 1, "config/app.rb:3:in `fetch': key not found: \"QUEUE_URL\" (KeyError)\n\tfrom config/app.rb:3:in `<main>'" },
        { "environment-variable-not-set", "API_BASE", 101, "thread 'main' panicked at src/main.rs:7:35:\nAPI_BASE must be set: NotPresent\nnote: run with `RUST_BACKTRACE=1`" },
        { "environment-variable-not-set", "REDIS_URL", 1, "decouple.UndefinedValueError: REDIS_URL not found. Declare it as envvar or define a default value." },
        { "environment-variable-not-set", "POSTGRES_PASSWORD", 1, "Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the\n       superuser. For example, \"-e POSTGRES_PASSWORD=password\" on \"docker run\"." },
        { "environment-variable-not-set", "BUCKET", 134, "Unhandled exception. System.InvalidOperationException: Environment variable 'BUCKET' is not set.\n   at Program.Main()" },
        { "setting-missing", "app.kafka.topic", 1, "***************************\nAPPLICATION FAILED TO START\n***************************\n\nDescription:\n\nCould not resolve placeholder 'app.kafka.topic' in value \"${app.kafka.topic}\"\n\nAction:\n\nReview the configuration." },
        { "unknown-flag", "--cache-szie", 1, "error: unknown option '--cache-szie'" },
        { "unknown-flag", "--foo", 1, "Error: unknown flag: --foo\nUsage:\n  shop serve [flags]" },
        { "configuration-invalid", "/etc/app/config.yaml", 1, "failed to load config /etc/app/config.yaml: yaml: line 12: mapping values are not allowed in this context" },
        { "configuration-invalid", "config.json", 1, "json.decoder.JSONDecodeError: Expecting ',' delimiter: line 3 column 5 (char 44)\nfailed to parse config.json" },
        { "file-not-found", "/etc/app/settings.toml", 1, "Error: stat /etc/app/settings.toml: no such file or directory" },
        { "file-not-found", "/app/server.js", 1, "node:internal/fs:100\nError: ENOENT: no such file or directory, open '/app/server.js'\n    at Object.openSync (node:fs:601:3)" },
        { "file-permission-denied", "/var/log/app.log", 1, "PermissionError: [Errno 13] Permission denied: '/var/log/app.log'" },
        { "file-permission-denied", "/data/db", 1, "Caused by: java.nio.file.AccessDeniedException: /data/db" },
        { "read-only-file-system", "/app/cache", 1, "OSError: [Errno 30] Read-only file system: '/app/cache'" },
        { "disk-full", null, 1, "java.io.IOException: No space left on device" },
        { "port-in-use", "8080", 1, "java.net.BindException: Address already in use\nCaused by: Failed to bind to 0.0.0.0/0.0.0.0:8080" },
        { "port-in-use", "5000", 134, "Unhandled exception. System.IO.IOException: Failed to bind to address http://0.0.0.0:5000: address already in use.\n ---> System.Net.Sockets.SocketException (98): Address already in use" },
        { "port-in-use", "80", 1, "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)" },
        { "privileged-port-denied", "80", 1, "(13)Permission denied: AH00072: make_sock: could not bind to address [::]:80" },
        { "privileged-port-denied", "443", 1, "PermissionError: [Errno 13] Permission denied: could not bind to 0.0.0.0:443" },
        { "module-not-found", "flask", 1, "Traceback (most recent call last):\n  File \"/app/app.py\", line 1, in <module>\n    from flask import Flask\nModuleNotFoundError: No module named 'flask'" },
        { "module-not-found", "/app/dist/main.js", 1, "node:internal/modules/cjs/loader:1147\n  throw err;\n  ^\n\nError: Cannot find module '/app/dist/main.js'\n    at Module._resolveFilename (node:internal/modules/cjs/loader:1144:15) {\n  code: 'MODULE_NOT_FOUND',\n  requireStack: []\n}\n\nNode.js v20.11.1" },
        { "java-out-of-memory", "Java heap space", 1, "Exception in thread \"main\" java.lang.OutOfMemoryError: Java heap space\n\tat shop.A.b(A.java:1)" },
        { "node-heap-out-of-memory", null, 134, "<--- JS stacktrace --->\n\nFATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory" },
        { "threads-exhausted", null, 2, "runtime: failed to create new OS thread (have 2 already; errno=11)\nruntime: may need to increase max user processes (ulimit -u)\nfatal error: newosproc" },
        { "leader-lease-lost", null, 1, "{\"level\":\"error\",\"ts\":\"2026-03-04T05:06:18Z\",\"logger\":\"setup\",\"msg\":\"problem running manager\",\"error\":\"leader election lost\"}" },
        { "too-many-open-files", null, 1, "accept: Too many open files" },
        { "library-not-found", "libpq.so.5", 1, "ImportError: libpq.so.5: cannot open shared object file: No such file or directory" },
        { "licence-invalid", null, 1, "FATAL: License has expired" },
    };

    public static TheoryData<int, string> Unknown => new()
    {
        { 1, "Exception in thread \"main\" java.lang.IllegalStateException: Ledger 12 is out of balance by 3 cents\n\tat shop.Ledger.check(Ledger.java:77)" },
        { 2, "panic: runtime error: index out of range [5] with length 3\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:9 +0x1d" },
        { 1, "Traceback (most recent call last):\n  File \"/app/a.py\", line 3, in <module>\n    run()\nValueError: could not convert string to float: '12,5'" },
        { 1, "TypeError: Cannot read properties of undefined (reading 'price')\n    at total (/app/cart.js:12:20)" },
        { 1, "{\"level\":\"fatal\",\"msg\":\"tariff table is empty\"}" },
        { 1, "WARN  o.m.Exporter - connection refused: otel:4317, dropping spans\nINFO loaded 4 rules\nERROR rule engine: rule 3 refers to itself" },
        { 1, "ERROR Failed to send metrics: dial tcp 10.0.0.9:8125: connect: connection refused\nINFO importing batch 4\nFATAL batch 4: duplicate key for sku 19" },
        { 1, "level=warning msg=\"lookup stats on 10.96.0.10:53: no such host, continuing without\"\nlevel=fatal msg=\"no shard is assigned to this worker\"" },
        { 1, "2026-03-04 ERROR cannot connect to redis:6379, retrying in 1s\n2026-03-04 INFO connected to redis:6379\n2026-03-04 INFO started\n2026-03-04 ERROR unexpected opcode 0x3 in stream 9" },
        { 1, "KeyError: 'customer_id'" },
        { 101, "thread 'main' panicked at src/lib.rs:40:9:\nassertion failed: left == right\nnote: run with RUST_BACKTRACE=1" },
        { 134, "Unhandled exception. System.NullReferenceException: Object reference not set to an instance of an object.\n   at Shop.Cart.Total() in /src/Cart.cs:line 20" },
        { 1, "ERROR: order 7: payment was refused by the bank" },
        { 1, "ERROR: validation failed: field \"iban\" is required" },
        { 1, "ERROR 404 page for /favicon.ico not found\nERROR scheduler invariant broken: 2 leaders for shard 9" },
        { 1, "starting\nstarted\nbye" },
        { 1, "" },
        { 1, "assertion \"depth < 64\" failed in tree.c line 88" },
        { 1, "INFO GET /health 200\nINFO GET /orders 200\nERROR upstream inventory:8080 connection refused for request 7\nINFO GET /orders 200\nINFO GET /orders 200\nINFO GET /orders 200\nINFO GET /orders 200\nINFO GET /orders 200\nINFO GET /orders 200" },
        { 1, "Error: Invalid state: cannot go from SHIPPED to NEW\n    at transition (/app/fsm.js:9:3)" },
        { 1, "undefined method `total' for nil:NilClass (NoMethodError)" },
        { 1, "ERROR customer 12 not found" },
        { 1, "javax.validation.ConstraintViolationException: price must be greater than 0" },
        { 1, "ERROR config drift detected: 3 tenants differ" },
        { 1, "fatal: watchdog: main loop stalled for 30 s" },
        { 1, "ERROR Timeout of job reindex after 300 s" },
        { 1, "ERROR user anna is not allowed to delete report 3: access denied" },
        { 1, "ERROR file upload 12 failed: unsupported picture format" },
        { 1, "ERROR unexpected token in formula A1+*B2" },
        { 1, "ERROR missing required field amount in message 12" },
        { 1, "ERROR JSON of message 77: invalid character x looking for beginning of value" },
        { 1, "ERROR the certificate of origin of parcel 12 is missing" },
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void Diagnose_LastWordsOfAnyLanguage_NamesCauseAndThing(string id, string? thing, int exitCode, string log)
    {
        var diagnosis = Diagnoser.Default.Diagnose(ProcessCase.Crash(log, exitCode: exitCode).Case);

        Assert.Equal((id, thing), (diagnosis.Main?.Signature.Id, diagnosis.Main?.Thing));
    }

    [Theory]
    [MemberData(nameof(Unknown))]
    public void Diagnose_ApplicationsOwnFault_IsInconclusive(int exitCode, string log)
    {
        var diagnosis = Diagnoser.Default.Diagnose(ProcessCase.Crash(log, exitCode: exitCode).Case);

        Assert.Equal((Verdict.Inconclusive, null), (diagnosis.Verdict, diagnosis.Main?.Signature.Id));
    }
}
