namespace KubeMemory.Tests.Access;

/// <summary>Keys of a viewer, an operator and the services, for the modes other than Local.</summary>
internal static class TestKeys
{
    public const string Viewer = "viewer-key-0123456789-0123456789-0123456789";
    public const string Operator = "operator-key-0123456789-0123456789-01234567";
    public const string Service = "service-key-0123456789-0123456789-012345678";

    public static IReadOnlyList<(string Key, string Value)> Settings { get; } =
    [
        ("KubeMemory:Access:Keys:0:Name", "vera"), ("KubeMemory:Access:Keys:0:Key", Viewer),
        ("KubeMemory:Access:Keys:1:Name", "otto"), ("KubeMemory:Access:Keys:1:Key", Operator), ("KubeMemory:Access:Keys:1:Role", "operator"),
        ("KubeMemory:Access:ServiceKey", Service),
    ];
}
