using KubeMemory.AppHost;
using Xunit;

namespace KubeMemory.Tests.AppHost;

public class AppHostArgumentsTests
{
    [Fact]
    public void AsSettings_EveryOption_IsShortForItsSetting()
    {
        var settings = AppHostArguments.AsSettings(
        [
            "--demo", "--no-ollama", "--replicas", "2", "--chat-model", "llama3.2:3b", "--embedding-model", "mxbai-embed-large",
            "--kubeconfig", "/etc/kube", "--context", "kind-dev", "--namespaces", "shop,web",
        ]);

        Assert.Equal(
            [
                "--KubeMemory:Demo=true", "--KubeMemory:Ollama=false", "--KubeMemory:Replicas:Api=2", "--KubeMemory:Replicas:Watcher=2",
                "--KubeMemory:ChatModel=llama3.2:3b", "--KubeMemory:EmbeddingModel=mxbai-embed-large",
                "--K8S_KUBECONFIG_PATH=/etc/kube", "--K8S_CONTEXT=kind-dev", "--K8S_NAMESPACES=shop,web",
            ],
            settings);
    }

    [Fact]
    public void AsSettings_ValueAfterEqualsSign_IsTheSame() =>
        Assert.Equal(["--K8S_CONTEXT=a=b"], AppHostArguments.AsSettings(["--context=a=b"]));

    [Fact]
    public void AsSettings_WhatIsAspires_GoesOnInItsPlace() =>
        Assert.Equal(
            ["--operation", "publish", "--KubeMemory:Demo=true", "--step", "publish", "--output-path", "out", "--KubeMemory:Containers=false"],
            AppHostArguments.AsSettings(["--operation", "publish", "--demo", "--step", "publish", "--output-path", "out", "--KubeMemory:Containers=false"]));

    [Theory]
    [InlineData("--replicas")]
    [InlineData("--namespaces", "--demo")]
    public void AsSettings_OptionWithoutValue_IsOneSentence(params string[] args)
    {
        var mistake = Assert.Throws<AppHostException>(() => AppHostArguments.AsSettings(args));

        Assert.Equal($"{args[0]} needs a value: write {args[0]}=VALUE.", mistake.Message);
    }
}
