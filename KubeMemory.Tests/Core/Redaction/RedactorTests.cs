using System.Text;
using KubeMemory.Core.Redaction;
using Xunit;

namespace KubeMemory.Tests.Core.Redaction;

public sealed class RedactorTests
{
    private const string Jwt = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";

    public static TheoryData<string, string> Secrets() => new()
    {
        // key=value
        { "DB_PASSWORD=hunter2", "DB_PASSWORD=[redacted]" },
        { "password = hunter2 user=shop", "password = [redacted] user=shop" },
        { "Server=db;User Id=sa;Password=p@55w0rd;Encrypt=true", "Server=db;User Id=sa;Password=[redacted];Encrypt=true" },
        { "MYSQL_PWD=geheim", "MYSQL_PWD=[redacted]" },
        { "spring.datasource.password=abc123", "spring.datasource.password=[redacted]" },
        { "AccountName=shop;AccountKey=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYg==;EndpointSuffix=core", "AccountName=shop;AccountKey=[redacted];EndpointSuffix=core" },
        { "Endpoint=sb://x/;SharedAccessKeyName=Root;SharedAccessKey=abc123def=", "Endpoint=sb://x/;SharedAccessKeyName=Root;SharedAccessKey=[redacted]" },
        { "client_secret=abc~def&grant_type=client_credentials", "client_secret=[redacted]&grant_type=client_credentials" },
        { "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AWS_SECRET_ACCESS_KEY=[redacted]" },
        { "https://x.blob.core.windows.net/a?sv=2020&sig=abc%2Fdef%3D&se=1", "https://x.blob.core.windows.net/a?sv=2020&sig=[redacted]&se=1" },
        { "//registry.npmjs.org/:_authToken=abcdef", "//registry.npmjs.org/:_authToken=[redacted]" },
        { "password==> no, api_key=>abc1", "password==> no, api_key=>[redacted]" },
        // key: value
        { "password: hunter2", "password: [redacted]" },
        { "using password: hunter2 for shop", "using password: [redacted] for shop" },
        { "token: swordfish", "token: [redacted]" },
        { "  clientSecret: Zm9v", "  clientSecret: [redacted]" },
        { "passphrase: 'two words'", "passphrase: '[redacted]'" },
        { "X-Api-Key: 0123abc", "X-Api-Key: [redacted]" },
        { "map[X-Auth-Token:[abc123] Accept:[*/*]]", "map[X-Auth-Token:[[redacted]] Accept:[*/*]]" },
        { "{User:shop Password:hunter2}", "{User:shop Password:[redacted]}" },
        { "stringData:\n  private_key: abc1", "stringData:\n  private_key: [redacted]" },
        // JSON
        { """{"user":"shop","password":"hunter2"}""", """{"user":"shop","password":"[redacted]"}""" },
        { """{"db_password" : "a\"b", "x":1}""", """{"db_password" : "[redacted]", "x":1}""" },
        { """{\"apiKey\":\"abc123\",\"x\":1}""", """{\"apiKey\":\"[redacted]\",\"x\":1}""" },
        { """{"auths":{"r.io":{"auth":"dXNlcjpwYXNz"}}}""", """{"auths":{"r.io":{"auth":"[redacted]"}}}""" },
        { """{"password":1234}""", """{"password":[redacted]}""" },
        // flags
        { "app --password hunter2 --port 80", "app --password [redacted] --port 80" },
        { "app --db-password=hunter2", "app --db-password=[redacted]" },
        { """["app","--token","abc123","-v"]""", """["app","--token","[redacted]","-v"]""" },
        { "curl -s -u shop:hunter2 https://x", "curl -s -u shop:[redacted] https://x" },
        { "curl -u 'shop:hunter2' https://x", "curl -u 'shop:[redacted]' https://x" },
        { "mysqldump -u root -phunter2 shop", "mysqldump -u root -p[redacted] shop" },
        { "sshpass -p hunter2 ssh a@b", "sshpass -p [redacted] ssh a@b" },
        { "redis-cli -h cache -a hunter2 ping", "redis-cli -h cache -a [redacted] ping" },
        { "docker login -u shop -p hunter2 r.io", "docker login -u shop -p [redacted] r.io" },
        { "CREATE USER shop IDENTIFIED BY 'hunter2'", "CREATE USER shop IDENTIFIED BY '[redacted]'" },
        { "ALTER USER shop WITH PASSWORD 'hunter2'", "ALTER USER shop WITH PASSWORD '[redacted]'" },
        { "DB_PASS=hunter2", "DB_PASS=[redacted]" },
        { "smtpPass: hunter2", "smtpPass: [redacted]" },
        { "smtp:\n  pass: hunter2", "smtp:\n  pass: [redacted]" },
        { """{"user":"a","pass":"hunter2"}""", """{"user":"a","pass":"[redacted]"}""" },
        { "LDAP_BIND_PW=hunter2", "LDAP_BIND_PW=[redacted]" },
        { "DB_CREDS=shop:hunter2", "DB_CREDS=[redacted]" },
        { "COSMOS_KEY=abcdefghij0123456789ab==", "COSMOS_KEY=[redacted]" },
        { "DD_APP_KEY=0123abcd", "DD_APP_KEY=[redacted]" },
        { "GET /?sessionid=abc123", "GET /?sessionid=[redacted]" },
        { "shop:$2y$10$abcdefghijklmnopqrstuv.ABCDEFGHIJKLMNOPQRSTUVWXYZ01234", "shop:[redacted]" },
        { "abcdefghijklmn.atlasv1.abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmn", "[redacted]" },
        { """{"tls.key":"LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JSUU="}""", """{"tls.key":"[redacted]"}""" },
        { ".dockerconfigjson: eyJhdXRocyI6eyJyLmlvIjp7ImF1dGgiOiJkWE5sY2c9PSJ9fX0=", ".dockerconfigjson: [redacted]" },
        // env of a pod
        { """{"name":"DB_PASSWORD","value":"hunter2"}""", """{"name":"DB_PASSWORD","value":"[redacted]"}""" },
        { "- name: API_TOKEN\n  value: abc123", "- name: API_TOKEN\n  value: [redacted]" },
        // XML
        { "<password>hunter2</password>", "<password>[redacted]</password>" },
        // headers
        { "Authorization: Bearer abc.def", "Authorization: Bearer [redacted]" },
        { "proxy-authorization: Basic dTpw", "proxy-authorization: Basic [redacted]" },
        { "curl -H 'Authorization: token abc' https://x", "curl -H 'Authorization: token [redacted]' https://x" },
        { """{"Authorization":"Bearer abc def"}""", """{"Authorization":"Bearer [redacted]"}""" },
        { "headers=map[Authorization:[Basic dTpw] Accept:[*/*]]", "headers=map[Authorization:[Basic [redacted]] Accept:[*/*]]" },
        { "Cookie: session=abc; theme=dark\nnext", "Cookie: [redacted]\nnext" },
        { "Set-Cookie: sid=1; HttpOnly", "Set-Cookie: [redacted]" },
        { "got Bearer 0123456789abcdef from", "got Bearer [redacted] from" },
        // URLs
        { "postgres://shop:hunter2@db:5432/shop?sslmode=disable", "postgres://shop:[redacted]@db:5432/shop?sslmode=disable" },
        { "redis://:p4ss@cache:6379/0", "redis://:[redacted]@cache:6379/0" },
        { "amqp://u:p@ss/word@mq:5672", "amqp://u:[redacted]@ss/word@mq:5672" },
        { "https://u:pa/ss@host/x", "https://u:[redacted]@host/x" },
        { "https://0123456789abcdef0123@sentry.example/1", "https://[redacted]@sentry.example/1" },
        { "https://hooks.slack.com/services/T0/B0/abc sent", "https://hooks.slack.com/services/[redacted] sent" },
        // PEM
        { "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----\nafter", "-----BEGIN RSA PRIVATE KEY-----[redacted]-----END RSA PRIVATE KEY-----\nafter" },
        { "\"-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n\"", "\"-----BEGIN PRIVATE KEY-----[redacted]-----END PRIVATE KEY-----\\n\"" },
        { "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE", "-----BEGIN EC PRIVATE KEY-----[redacted]" },
        { "line\n\nMHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5CB04fSeQ6tF1aY\nAbCd==\n-----END EC PRIVATE KEY-----", "[redacted]-----END EC PRIVATE KEY-----" },
        // tokens
        { "jwt " + Jwt + ".", "jwt [redacted]." },
        { "id AKIAIOSFODNN7EXAMPLE.", "id [redacted]." },
        { "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "[redacted]" },
        { "github_pat_11ABCDEFG0abcdefghijkl_abcdef", "[redacted]" },
        { "glpat-abcdefghij0123456789", "[redacted]" },
        { "xoxb-123456789012-abcdef", "[redacted]" },
        { "sk_live_abcdefghijklmnop1234", "[redacted]" },
        { "AIzaSyA-abcdefghijklmnopqrstuvwxyz01234", "[redacted]" },
        { "sk-proj-Abcdefghijklmnop1234567890", "[redacted]" },
        { "sk-ant-api03-Abcdefghijklmnop1234567890", "[redacted]" },
        { "npm_abcdefghijklmnopqrstuvwxyz0123456789", "[redacted]" },
        { "dckr_pat_abcdefghijklmnopqrstuvwxyz0", "[redacted]" },
        { "hf_abcdefghijklmnopqrstuvwxyz01234567", "[redacted]" },
        { "hvs.CAESIabcdefghijklmnopqrstuvwxyz", "[redacted]" },
        { "SG.abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuvwxyz0123456789abcdefg", "[redacted]" },
        { "abc8Q~abcdefghijklmnopqrstuvwxyz01234567", "[redacted]" },
        { "bot123456789:AAabcdefghijklmnopqrstuvwxyz0123456", "bot[redacted]" },
    };

    public static TheoryData<string> Ordinary() =>
    [
        "Back-off restarting failed container api-server in pod backend-api-75fb46b7bd-xtkrh_default(0f6b8526-3587-433e-91fd-1d10ead72f88)",
        "Error: secret \"db-creds\" not found",
        "Error: couldn't find key password in Secret shop/db",
        "references non-existent secret key: password",
        "MountVolume.SetUp failed for volume \"default-token-x8sf2\" : secret \"default-token-x8sf2\" not found",
        "MountVolume.SetUp failed for volume \"kube-api-access-4b2xk\" : failed to fetch token: serviceaccounts \"shop\" is forbidden",
        "Failed to pull image \"shop/token-api:1.4.2\": rpc error: code = NotFound",
        "Failed to pull image \"registry.example.com/team/secret-service:v1.2.3\": rpc error",
        "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://auth.docker.io/token?scope=repository%3Alibrary%2Fx%3Apull&service=registry.docker.io: 401 Unauthorized",
        "failed to fetch oauth token: unauthorized: authentication required",
        "failed to fetch token: Get \"https://auth.example.com/token\": x509: certificate signed by unknown authority",
        "failed to get secret: secrets \"x\" is forbidden: User \"system:serviceaccount:shop:default\" cannot get resource \"secrets\"",
        "Back-off restarting failed container=token-refresher pod=token-refresher-7f9c-abcde_shop(0f6b8526)",
        "Pulled nginx@sha256:0a399eb16751829e1af26fea27b20c3ec28d7ab1fb72182879dcae1cca21206a",
        "docker-pullable://my-rather-long-image@sha256:0a399eb16751829e1af26fea27b20c3ec28d7ab1fb72182879dcae1cca21206a",
        "Readiness probe failed: Get \"https://10.42.0.3:10250/readyz\": dial tcp 10.42.0.3:10250: connect: connection refused",
        "secretName: db-creds",
        "--- PASS: TestCart (0.00s)",
        "4 tests pass: 3, fail: 1",
        "proxy_pass=http://backend:8080",
        "bypass=true compass: north",
        "primary_key=id partition_key=orders/2026 CACHE_KEY=user:42 SSH_KEY_PATH=/run/keys/0123456789abcdefghij",
        "mysql:8.4 mysqld: ready for connections, mysql -u root -p shop",
        "mongo shell version v5, mongodb is up",
        "sold for $2 or $6 each",
        "curl -v https://api.example.com/health failed, mysql -u root -P 3306 is next",
        "password_file=/run/secrets/db",
        "POSTGRES_PASSWORD_FILE=/run/secrets/db",
        "tokenExpirationSeconds: 3607",
        "max_tokens=4096 total_tokens: 512",
        "PWD=/app OLDPWD=/",
        "automountServiceAccountToken: false",
        "password: $(DB_PASSWORD)",
        "DB_PASSWORD:  <set to the key 'password' in secret 'db'>  Optional: false",
        "FATAL: password authentication failed for user \"shop\"",
        "ssh://git@github.com/shop/api",
        "task-force-1 risk-assessment desk-lamp-ABCDEFGHIJKLMNOPQRST1",
        "sk-frontend-gateway-75fb46b7bd-xtkrh",
        "basic authentication failed, bearer authentication required",
        "tokenizer: loaded 32000 words",
        "Error: failed to do request: authorization: access denied",
        "no credentials provided; using token-service",
        "http://metrics:9090/a@b",
        "uid 0f6b8526-3587-433e-91fd-1d10ead72f88 containerd://bb308fb9398243225235b09803d1b317a9c85166bcbf5bf8aee64a2867825da9",
        "exceeded quota: compute, requested: cpu=2, used: cpu=3, limited: cpu=4",
    ];

    [Theory]
    [MemberData(nameof(Secrets))]
    public void Redact_Secret_KeepsTheKeyAndHidesTheValue(string text, string expected) => Assert.Equal(expected, Redactor.Default.Redact(text));

    [Theory]
    [MemberData(nameof(Secrets))]
    public void Redact_RedactedText_ChangesNothing(string text, string expected)
    {
        var once = Redactor.Default.Redact(text);

        Assert.Equal(once, Redactor.Default.Redact(once));
        Assert.NotEmpty(expected);
    }

    [Theory]
    [MemberData(nameof(Ordinary))]
    public void Redact_OrdinaryText_IsTheSameInstance(string text) => Assert.Same(text, Redactor.Default.Redact(text));

    [Fact]
    public void Redact_AnyMixOfTriggersAndText_IsIdempotent()
    {
        string[] parts =
        [
            .. SecretFormats.Triggers, .. ProviderTokens.Triggers, .. SensitiveKeys.Triggers, ":", "=", " ", "\"", "'", "\n", "@", "/", "\\", ",", "[", "]",
            "abc", "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6", "hunter2", "value", "-----", "name", "{", "}", Redactor.Mark, "<", ">", "--", Jwt,
        ];
        var random = new Random(20261123);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(2, 14)).Select(_ => parts[random.Next(parts.Length)]));
            var once = Redactor.Default.Redact(text);

            Assert.True(once == Redactor.Default.Redact(once), $"{text}\n{once}\n{Redactor.Default.Redact(once)}");
        }
    }

    [Theory]
    [InlineData("password")]
    [InlineData("authorization: ")]
    [InlineData("password=<")]
    [InlineData("token:[$(")]
    [InlineData("token_")]
    [InlineData("eyJ")]
    [InlineData("eyJ.")]
    [InlineData("://")]
    [InlineData("://a:b")]
    [InlineData("-----BEGIN ")]
    [InlineData("-----END")]
    [InlineData("a token: ")]
    [InlineData("\"--password\",")]
    [InlineData("password=\"$(")]
    [InlineData("ya29.")]
    [InlineData("\u001b]")]
    [InlineData("\u001b[1")]
    [InlineData("Bearer ")]
    [InlineData("A=\\")]
    public void Redact_HostileMegabyte_EndsInLinearTime(string unit)
    {
        // A quadratic scan of a megabyte takes many minutes, a linear one a second: a bound that a busy machine does not reach.
        var text = new StringBuilder().Insert(0, unit, (1 << 20) / unit.Length).ToString();

        var clock = System.Diagnostics.Stopwatch.StartNew();
        _ = Redactor.Default.Redact(text);

        Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), $"{clock.Elapsed}");
    }

    [Theory]
    [InlineData("pass\u200bword=hunter2", "password=[redacted]")]
    [InlineData("a\u202eb\u2066c\u00add", "abcd")]
    [InlineData("tag\U000E0041\U000E0042s", "tags")]
    [InlineData("bell\a nul\0 cr\r\nline\ttab", "bell nul cr\nline\ttab")]
    [InlineData("\u001b[31mred\u001b[0m \u001b]8;;https://x\u0007link\u001b]8;;\u0007", "red link")]
    [InlineData("héllo 😀 世界", "héllo 😀 世界")]
    [InlineData("vs\ufe0f\U000E0100", "vs")]
    public void Redact_HiddenCharacters_AreStripped(string text, string expected) => Assert.Equal(expected, Redactor.Default.Redact(text));

    // Not as an attribute's argument: there it would have become a replacement character.
    [Fact]
    public void Redact_HalfASurrogatePair_IsStripped() => Assert.Equal("stray  half", Redactor.Default.Redact("stray \ud800 half"));
}
