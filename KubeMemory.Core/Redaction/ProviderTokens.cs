using System.Buffers;

namespace KubeMemory.Core.Redaction;

/// <summary>Tokens whose prefix says who gave them out.</summary>
internal static class ProviderTokens
{
    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private const int ShortestHash = 24;

    private static readonly SearchValues<char> Word = SearchValues.Create(Alphanumeric + "_-");
    private static readonly SearchValues<char> WordAndDot = SearchValues.Create(Alphanumeric + "_-.");
    private static readonly SearchValues<char> Base64 = SearchValues.Create(Alphanumeric + "+/=");
    private static readonly SearchValues<char> Lower = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");
    private static readonly SearchValues<char> Upper = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    private static readonly Prefix[] Prefixes =
    [
        // AWS access key ids
        new("AKIA", 16, Upper, 16), new("ASIA", 16, Upper, 16),
        // GitHub
        new("ghp_", 30), new("gho_", 30), new("ghu_", 30), new("ghs_", 30), new("ghr_", 30), new("github_pat_", 22),
        // GitLab
        new("glpat-", 16), new("gldt-", 16), new("glrt-", 16), new("glptt-", 16), new("glcbt-", 16), new("glsoat-", 16),
        // Slack
        new("xoxb-", 10), new("xoxp-", 10), new("xoxa-", 10), new("xoxr-", 10), new("xoxs-", 10), new("xoxe-", 10), new("xoxc-", 10), new("xoxd-", 10), new("xoxe.", 10, WordAndDot), new("xapp-", 10),
        // Stripe
        new("sk_live_", 16), new("sk_test_", 16), new("rk_live_", 16), new("rk_test_", 16), new("whsec_", 16),
        // Google
        new("AIza", 30), new("ya29.", 20, WordAndDot), new("GOCSPX-", 20),
        // OpenAI, Anthropic and those who followed; a Kubernetes name can begin like that too, but has no capitals
        new("sk-", 20, Mixed: true), new("xai-", 30, Mixed: true), new("gsk_", 30), new("hf_", 20), new("r8_", 30), new("nvapi-", 30, Mixed: true),
        // Registries of packages and images
        new("npm_", 30), new("dckr_pat_", 16), new("dckr_oat_", 16), new("pypi-", 50, Mixed: true),
        // SendGrid, Shopify, DigitalOcean, Vault, Grafana, Databricks, New Relic, Postman, PlanetScale, Supabase, Tailscale, Atlassian, age
        new("SG.", 40, WordAndDot), new("shpat_", 30), new("shpss_", 30), new("dop_v1_", 40), new("doo_v1_", 40), new("hvs.", 20, WordAndDot),
        new("hvb.", 20, WordAndDot), new("glsa_", 30), new("dapi", 32, Mixed: false, Exact: 32), new("NRAK-", 20), new("PMAK-", 30),
        new("pscale_", 30), new("sbp_", 30), new("tskey-", 20), new("ATATT3", 40), new("AGE-SECRET-KEY-1", 40),
        // Shopify's other two, Grafana's cloud, Figma, Linear, Notion, Square, Doppler, Pulumi, SonarQube, Bitbucket, JFrog, Sentry, Buildkite, CircleCI
        new("shppa_", 30), new("shpca_", 30), new("glc_", 32), new("figd_", 30), new("lin_api_", 30), new("ntn_", 40), new("sq0atp-", 20), new("sq0csp-", 30),
        new("dp.pt.", 30, WordAndDot), new("dp.st.", 30, WordAndDot), new("pul-", 40, Exact: 40), new("sqp_", 40), new("squ_", 40), new("sqa_", 40),
        new("ATBB", 24), new("AKCp", 60), new("sntrys_", 40), new("sntryu_", 40), new("bkua_", 40), new("CCIPAT_", 40),
        // RubyGems, Postman's collections, Heroku, Perplexity, Fly, Netlify, Render, DigitalOcean's refresh tokens, Mailgun
        new("rubygems_", 40), new("PMAT-", 26), new("HRKU-", 30), new("pplx-", 40), new("fm2_", 50), new("nfp_", 30), new("rnd_", 28), new("dor_v1_", 40),
        new("key-", 32, Lower, 32),
        // In base64: {"auths": of a registry's login, and what begins with -----BEGIN, as a Secret or a kubeconfig holds it
        new("eyJhdXRocyI6", 20, Base64), new("LS0tLS1CRUdJTi", 20, Base64),
    ];

    // How crypt and its kind write the hash of a password; what follows is one.
    private static readonly string[] Hashes = ["$2a$", "$2b$", "$2y$", "$5$", "$6$", "$apr1$", "$argon2"];

    private static readonly SearchValues<char> Hash = SearchValues.Create(Alphanumeric + "./$=,+");

    public static IEnumerable<string> Triggers { get; } = [.. Prefixes.Select(p => p.Text).Where(text => !text.StartsWith("eyJ", StringComparison.Ordinal)), "eyJ", "8Q~", ":AA", ".atlasv1.", .. Hashes];

    public static Range? Find(ReadOnlySpan<char> text, int at)
    {
        var rest = text[at..];
        if (rest.StartsWith("8Q~"))
        {
            return AzureClientSecret(text, at);
        }

        if (rest.StartsWith(":AA"))
        {
            return TelegramToken(text, at);
        }

        if (rest.StartsWith(".atlasv1."))
        {
            return TerraformToken(text, at);
        }

        if (rest[0] == '$')
        {
            var hash = Run(rest, Hash);
            return hash.Length >= ShortestHash ? new Range(at, at + hash.Length) : null;
        }

        // No token begins inside a word. (That also keeps the whole linear: a run of prefixes is looked at once.)
        if (at > 0 && WordAndDot.Contains(text[at - 1]))
        {
            return null;
        }

        if (rest.StartsWith("eyJ") && JsonWebToken(text, at) is { } token)
        {
            return token;
        }

        foreach (var prefix in Prefixes)
        {
            if (rest.StartsWith(prefix.Text))
            {
                var value = Run(rest[prefix.Text.Length..], prefix.Alphabet ?? Word);
                return prefix.Fits(value) ? new Range(at, at + prefix.Text.Length + value.Length) : null;
            }
        }

        return null;
    }

    private static ReadOnlySpan<char> Run(ReadOnlySpan<char> text, SearchValues<char> alphabet)
    {
        var length = text.IndexOfAnyExcept(alphabet);
        return length < 0 ? text : text[..length];
    }

    // header.payload.signature; a log line may have cut the signature off
    private static Range? JsonWebToken(ReadOnlySpan<char> text, int at)
    {
        var header = Run(text[at..], Word);
        var dot = at + header.Length;
        if (header.Length < 12 || dot >= text.Length || text[dot] != '.')
        {
            return null;
        }

        var rest = Run(text[(dot + 1)..], WordAndDot).TrimEnd('.');
        return rest.Length < 4 ? null : new Range(at, dot + 1 + rest.Length);
    }

    // abc8Q~ and 34 more
    private static Range? AzureClientSecret(ReadOnlySpan<char> text, int at)
    {
        var start = at - 3;
        if (start < 0 || (start > 0 && WordAndDot.Contains(text[start - 1])) || text[start..at].ContainsAnyExcept(WordAndDot))
        {
            return null;
        }

        var value = Run(text[(at + 3)..], WordAndDot);
        return value.Length >= 28 ? new Range(start, at + 3 + value.Length) : null;
    }

    // 123456789:AA and 33 more
    private static Range? TelegramToken(ReadOnlySpan<char> text, int at)
    {
        var start = at;
        while (start > 0 && at - start <= 10 && char.IsAsciiDigit(text[start - 1]))
        {
            start--;
        }

        var value = Run(text[(at + 1)..], Word);
        return at - start is >= 8 and <= 10 && value.Length >= 30 ? new Range(start, at + 1 + value.Length) : null;
    }

    // 14 letters, .atlasv1. and some 67 more
    private static Range? TerraformToken(ReadOnlySpan<char> text, int at)
    {
        var value = Run(text[(at + 9)..], Word);
        return at >= 14 && value.Length >= 40 && !text[(at - 14)..at].ContainsAnyExcept(Word) ? new Range(at - 14, at + 9 + value.Length) : null;
    }

    /// <param name="Min">Characters after the prefix, at least.</param>
    /// <param name="Alphabet">Of what follows; letters, digits, <c>_</c> and <c>-</c> unless said.</param>
    /// <param name="Exact">Characters after the prefix, exactly; 0: any number.</param>
    /// <param name="Mixed">Only with capitals and digits, because names of things can look like it.</param>
    private sealed record Prefix(string Text, int Min, SearchValues<char>? Alphabet = null, int Exact = 0, bool Mixed = false)
    {
        public bool Fits(ReadOnlySpan<char> value) =>
            value.Length >= Min
            && (Exact == 0 || value.Length == Exact)
            && (!Mixed || (value.ContainsAnyInRange('A', 'Z') && value.ContainsAnyInRange('0', '9')));
    }
}
