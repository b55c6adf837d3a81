namespace KubeMemory.ServiceDefaults.Access;

/// <summary>What somebody may do. An operator is also a viewer.</summary>
public static class AccessRoles
{
    /// <summary>May read everything.</summary>
    public const string Viewer = "viewer";

    /// <summary>May also change what KubeMemory remembers.</summary>
    public const string Operator = "operator";
}

/// <summary>Authorization policies, one a role. Every endpoint asks for one, or says that it is for everybody.</summary>
public static class AccessPolicies
{
    public const string Viewer = "viewer";
    public const string Operator = "operator";
}

/// <summary>Request headers of ours.</summary>
public static class AccessHeaders
{
    /// <summary>A key; <c>Authorization: Bearer KEY</c> is the same.</summary>
    public const string Key = "X-Api-Key";

    /// <summary>With the service key alone: for whom the service asks, as the audit log names them; percent-encoded UTF-8.</summary>
    public const string User = "X-KubeMemory-User";

    /// <summary>With the service key alone: that person's role.</summary>
    public const string Role = "X-KubeMemory-Role";
}
