using System.Security.Cryptography;
using System.Text;

namespace KubeMemory.Tests.EndToEnd;

/// <summary>A secret that is none, drawn anew for each run: of the form that real ones have.</summary>
/// <param name="Trace">The part that must be seen nowhere; letters and digits.</param>
/// <param name="Line">As a program prints it; one line, or several for a key in PEM.</param>
/// <param name="Name">The environment variable that holds it.</param>
internal sealed record Canary(string Kind, string Trace, string Line, string Name, string Value)
{
    private const string LowerAndDigits = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const string UpperAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private const string Mixed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>One of each kind.</summary>
    public static IReadOnlyList<Canary> DrawAll() =>
    [
        // The key says that it is one.
        OfKey("password", "DB_PASSWORD", "DB_PASSWORD={0}"),
        OfKey("password in a sentence", "PASSPHRASE", "login failed, passphrase: '{0}' is not accepted"),
        OfKey("password in JSON", "ADMIN_PASSWORD", "{{\"user\":\"shop\",\"password\":\"{0}\",\"retry\":3}}"),
        OfKey("password of a flag", "MYSQL_PWD", "exec /app --user shop --password {0} --port 80"),
        OfKey("password in XML", "SMTP_PASSWD", "<smtp><password>{0}</password></smtp>"),
        OfKey("connection string of ADO.NET", "SQL_PASSWORD", "Server=db;User Id=sa;Password={0};Encrypt=true"),
        OfKey("secret key of Django", "DJANGO_SECRET_KEY", "SECRET_KEY = '{0}'"),
        OfKey("client secret", "OAUTH_CLIENT_SECRET", "client_secret={0}&grant_type=client_credentials"),
        OfKey("secret access key of AWS", "AWS_SECRET_ACCESS_KEY", "aws_secret_access_key = {0}", 40),
        OfKey("session token of AWS", "AWS_SESSION_TOKEN", "AWS_SESSION_TOKEN={0}", 120),
        OfKey("account key of Azure", "AZURE_STORAGE_ACCOUNT_KEY", "AccountName=shop;AccountKey={0}==;EndpointSuffix=core", 60),
        OfKey("shared access key", "SHARED_ACCESS_KEY", "Endpoint=sb://x/;SharedAccessKeyName=Root;SharedAccessKey={0}="),
        OfKey("API key in a header", "WEATHER_API_KEY", "GET /v1 X-Api-Key: {0}"),
        OfKey("token of Twilio", "TWILIO_AUTH_TOKEN", "twilio: auth_token={0}"),
        OfKey("token of npm's settings", "NPM_CONFIG_AUTHTOKEN", "//registry.npmjs.org/:_authToken={0}"),
        OfKey("cookie", "SESSION_COOKIE", "Cookie: sid={0}; theme=dark"),
        OfKey("encryption key", "ENCRYPTION_KEY", "encryption_key: {0}"),
        OfKey("signed address", "UPLOAD_SIGNATURE", "GET https://x.s3.example.com/a?X-Amz-Expires=60&X-Amz-Signature={0}"),
        // Its form does.
        OfForm("database address", "DATABASE_URL", "postgres://shop:{0}@db:5432/shop"),
        OfForm("Redis address without a user", "CACHE_ADDRESS", "redis://:{0}@cache:6379/0"),
        OfForm("broker address", "BROKER", "amqp://guest:{0}@mq:5672/"),
        OfForm("shared access signature", "BLOB_ADDRESS", "https://x.blob.example.net/a?sv=2020&sig={0}&se=1"),
        OfForm("bearer token", "UPSTREAM_HEADER", "Authorization: Bearer {0}", 40),
        OfForm("basic credentials", "PROXY_HEADER", "Proxy-Authorization: Basic {0}==", 30),
        OfForm("JSON web token", "JWT_SAMPLE", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJzaG9wIn0.{0}", 43),
        OfForm("access key id of AWS", "CLOUD_ID", "AKIA{0}", 16, UpperAndDigits),
        OfForm("token of GitHub", "CI_TOOL", "ghp_{0}", 36),
        OfForm("fine-grained token of GitHub", "CI_TOOL_TWO", "github_pat_{0}", 60),
        OfForm("token of GitLab", "CI_TOOL_THREE", "glpat-{0}", 20),
        OfForm("token of Slack", "CHAT_BOT", "xoxb-123456789012-{0}", 24),
        OfForm("webhook of Slack", "CHAT_HOOK", "https://hooks.slack.com/services/T00/B00/{0}", 24),
        OfForm("key of Stripe", "PAYMENTS", "sk_live_{0}", 24),
        OfForm("API key of Google", "MAPS", "AIza{0}", 35),
        OfForm("access token of Google", "DRIVE", "ya29.{0}", 40),
        OfForm("key of OpenAI", "LLM", "sk-proj-A1{0}", 40),
        OfForm("token of npm", "PUBLISH", "npm_{0}", 36),
        OfForm("token of Docker Hub", "HUB", "dckr_pat_{0}", 27),
        OfForm("key of SendGrid", "MAILER", "SG.abcdefghijklmnopqrstuv.{0}", 43),
        OfForm("token of Vault", "VAULT", "hvs.{0}", 90),
        OfForm("client secret of Azure", "TENANT", "abc8Q~{0}", 34),
        OfForm("token of Telegram", "PAGER", "123456789:AA{0}", 33),
        OfForm("key of age", "AGE", "AGE-SECRET-KEY-1{0}", 58, UpperAndDigits),
        OfForm("registry's login", "DOCKER_CONFIG_JSON", "{{\"auths\":{{\"registry.example.com\":{{\"auth\":\"{0}==\"}}}}}}", 30),
        OfForm("user of curl", "CHECK", "curl -s -u shop:{0} https://api.example.com/health", 16, LowerAndDigits),
        OfForm("password of mysql", "BACKUP", "mysqldump -h db -u root -p{0} shop", 16, LowerAndDigits),
        OfForm("password of sshpass", "COPY", "sshpass -p {0} scp a b:/c", 16, LowerAndDigits),
        OfForm("password of redis-cli", "WARM", "redis-cli -h cache -a {0} ping", 16, LowerAndDigits),
        OfForm("password in SQL", "MIGRATE", "CREATE USER shop IDENTIFIED BY '{0}'", 16, LowerAndDigits),
        OfKey("short name of a password", "SMTP_PASS", "SMTP_PASS={0}"),
        OfKey("key of a variable in capitals", "COSMOS_KEY", "COSMOS_KEY={0}", 40),
        OfForm("hash of a password", "HTPASSWD", "shop:$2y$10${0}", 53),
        OfForm("key of a Secret in base64", "KEYSTORE", "tls.key: LS0tLS1CRUdJTi{0}", 80),
        OfPem("private key", "PRIVATE KEY"),
        OfPem("private key of RSA", "RSA PRIVATE KEY"),
        OfPem("private key of SSH", "OPENSSH PRIVATE KEY"),
    ];

    private static Canary OfKey(string kind, string name, string line, int length = 16)
    {
        var trace = Draw(LowerAndDigits, length);
        return new(kind, trace, Fill(line, trace), name, trace);
    }

    private static Canary OfForm(string kind, string name, string form, int length = 16, string alphabet = Mixed)
    {
        var trace = Draw(alphabet, length);
        return new(kind, trace, $"used {Fill(form, trace)} and", name, Fill(form, trace));
    }

    private static Canary OfPem(string kind, string label)
    {
        var trace = Draw(Mixed, 40);
        var text = $"-----BEGIN {label}-----\n{Draw(Mixed, 64)}\n{Draw(Mixed, 12)}{trace}{Draw(Mixed, 12)}\n-----END {label}-----";
        return new(kind, trace, text, label.Replace(' ', '_') + "_FILE_TEXT", text);
    }

    private static string Fill(string form, string trace) => string.Format(System.Globalization.CultureInfo.InvariantCulture, form, trace);

    // With a digit and a capital where the alphabet has them: forms ask for both.
    private static string Draw(string alphabet, int length)
    {
        var drawn = new StringBuilder(RandomNumberGenerator.GetString(alphabet, length - 2));
        return drawn.Append(alphabet[0]).Append(alphabet[^1]).ToString();
    }
}
