using KubeMemory.AppHost;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace KubeMemory.Tests.AppHost;

public class AppHostOptionsTests
{
    [Fact]
    public void Read_Nothing_GivesTheDefaults()
    {
        var options = Read();

        Assert.False(options.Demo);
        Assert.True(options.Ollama);
        Assert.Equal(("qwen2.5:0.5b", "nomic-embed-text"), (options.ChatModel, options.EmbeddingModel));
        Assert.Equal((1, 1), (options.ApiReplicas, options.WatcherReplicas));
        Assert.Null(options.Containers);
        Assert.Null(options.ContainerRuntime);
        Assert.Empty(options.Cluster);
    }

    [Fact]
    public void Read_CommandLine_WinsOverTheEnvironment()
    {
        var options = AppHostOptions.Read(new ConfigurationBuilder()
            .AddInMemoryCollection([new("K8S_NAMESPACES", "default"), new("KubeMemory:Replicas:Watcher", "3")])
            .AddCommandLine(AppHostArguments.AsSettings(["--namespaces", "*"]))
            .Build());

        Assert.Equal("*", options.Cluster["K8S_NAMESPACES"]);
        Assert.Equal((1, 3), (options.ApiReplicas, options.WatcherReplicas));
    }

    [Fact]
    public void Read_EnvironmentOfTheWatcher_IsPassedOnWithoutWhatIsEmpty()
    {
        var options = Read(("K8S_CONTEXT", "kind-dev"), ("K8S_WATCH_TIMEOUT", "60"), ("K8S_KUBECONFIG_PATH", ""), ("KUBECONFIG", "/a:/b"));

        Assert.Equal(
            new Dictionary<string, string> { ["K8S_CONTEXT"] = "kind-dev", ["K8S_WATCH_TIMEOUT"] = "60", ["KUBECONFIG"] = "/a:/b" },
            options.Cluster);
    }

    [Fact]
    public void Read_Demo_IsNotAboutTheClusterOfThisShell() => Assert.Empty(Read(("KubeMemory:Demo", "true"), ("K8S_CONTEXT", "kind-dev")).Cluster);

    [Theory]
    [InlineData("~/.kube/kind")]
    [InlineData("%USERPROFILE%/.kube/config")]
    public void Read_KubeconfigOfTheHomeFolder_IsLeftToTheWatcher(string path) => Assert.Equal(path, Read(("K8S_KUBECONFIG_PATH", path)).Cluster["K8S_KUBECONFIG_PATH"]);

    [Fact]
    public void Read_RelativeKubeconfig_IsOneSentence()
    {
        var mistake = Assert.Throws<AppHostException>(() => Read(("K8S_KUBECONFIG_PATH", "kind/config")));

        Assert.Equal("The kubeconfig 'kind/config' (--kubeconfig or K8S_KUBECONFIG_PATH) is a relative path: write it in full, or from ~.", mistake.Message);
    }

    [Theory]
    [InlineData("KubeMemory:Replicas:Api", "0", "KubeMemory:Replicas:Api (or --replicas) holds '0': write a number from 1 to 16.")]
    [InlineData("KubeMemory:Replicas:Watcher", "many", "KubeMemory:Replicas:Watcher (or --replicas) holds 'many': write a number from 1 to 16.")]
    [InlineData("KubeMemory:Replicas:Api", "17", "KubeMemory:Replicas:Api (or --replicas) holds '17': write a number from 1 to 16.")]
    [InlineData("KubeMemory:Demo", "yes", "KubeMemory:Demo holds 'yes': write true or false.")]
    public void Read_WhatMakesNoSense_IsOneSentence(string key, string value, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<AppHostException>(() => Read((key, value))).Message);

    [Fact]
    public void Read_ContainerRuntime_IsAspiresOwnSetting()
    {
        Assert.Equal("podman", Read(("ASPIRE_CONTAINER_RUNTIME", "podman"), ("DOTNET_ASPIRE_CONTAINER_RUNTIME", "docker")).ContainerRuntime);
        Assert.Equal("podman", Read(("DOTNET_ASPIRE_CONTAINER_RUNTIME", "podman")).ContainerRuntime);
    }

    private static AppHostOptions Read(params (string Key, string Value)[] settings) =>
        AppHostOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value))).Build());
}
