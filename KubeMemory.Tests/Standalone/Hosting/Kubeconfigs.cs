namespace KubeMemory.Tests.Standalone.Hosting;

internal static class Kubeconfigs
{
    public static string Of(string server) => $$"""
        apiVersion: v1
        kind: Config
        current-context: prod
        clusters:
        - name: prod
          cluster: {server: "{{server}}"}
        contexts:
        - name: prod
          context: {cluster: prod, user: me}
        users:
        - name: me
          user: {}
        """;
}
