namespace KubeMemory.Core.Diagnosis.Processes;

/// <summary>Parts of patterns: how names are written, whoever writes them. Each is a named group.</summary>
internal static class Parts
{
    public const string Host = @"(?<host>[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)";

    public const string Port = "(?<port>[0-9]{2,5})";

    public const string File = @"(?<file>(?:[A-Za-z]:\\|~?/|\.{1,2}/)?[\w@+.-]*[\w@+-](?:[/\\][\w@+.-]*[\w@+-])*/?)";

    public const string AbsoluteFile = @"(?<file>/[\w@+.-]*[\w@+-](?:/[\w@+.-]*[\w@+-])*/?|/)";

    /// <summary>Of the environment: in capitals.</summary>
    public const string Variable = "(?<variable>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z][A-Z0-9]{2,})";

    /// <summary>With an underscore: a word in capitals need not be a variable.</summary>
    public const string LongVariable = "(?<variable>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)";

    /// <summary>Like <c>spring.datasource.url</c>, <c>Jwt:Issuer</c> or <c>--listen</c>.</summary>
    public const string Setting = @"(?<setting>-{0,2}[A-Za-z_][\w.:\[\]-]*[\w\]])";
}
