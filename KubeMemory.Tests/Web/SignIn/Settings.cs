using KubeMemory.ServiceDefaults.Access;

namespace KubeMemory.Tests.Web.SignIn;

/// <summary>A dashboard's settings in the modes where everybody has to sign in.</summary>
internal static class Settings
{
    public const string ServiceKey = "service-key-of-the-tests-0123456789";
    public const string ViewerKey = "viewer-key-of-the-tests-0123456789";
    public const string OperatorKey = "operator-key-of-the-tests-0123456789";

    public static Dictionary<string, string?> ApiKey(string operatorRole = AccessRoles.Operator) => new()
    {
        ["KubeMemory:Access:Mode"] = "ApiKey",
        ["KubeMemory:Access:ServiceKey"] = ServiceKey,
        ["KubeMemory:Access:Keys:0:Name"] = "vera",
        ["KubeMemory:Access:Keys:0:Key"] = ViewerKey,
        ["KubeMemory:Access:Keys:0:Role"] = AccessRoles.Viewer,
        ["KubeMemory:Access:Keys:1:Name"] = "otto",
        ["KubeMemory:Access:Keys:1:Key"] = OperatorKey,
        ["KubeMemory:Access:Keys:1:Role"] = operatorRole,
    };

    public static Dictionary<string, string?> Provider(Access.OpenIdServer provider) =>
        new(provider.Settings().Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))) { ["KubeMemory:Access:ServiceKey"] = ServiceKey };
}
