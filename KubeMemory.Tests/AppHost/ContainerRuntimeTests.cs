using KubeMemory.AppHost;
using Xunit;

namespace KubeMemory.Tests.AppHost;

public sealed class ContainerRuntimeTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Answers_NotInstalled_IsNo() => Assert.False(await ContainerRuntime.AnswersAsync(_folder.PathOf("docker"), Cancelled));

    // A client without a server says so in its exit code alone.
    [Theory]
    [InlineData("[ \"$*\" = 'container ls --last 1' ]", true)]
    [InlineData("echo Cannot connect to the Docker daemon >&2; exit 1", false)]
    public async Task Answers_Installed_IsWhatItsExitCodeSays(string script, bool answers)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The runtime that is asked here is a shell script.");

        Assert.Equal(answers, await ContainerRuntime.AnswersAsync(Runtime(script), Patience, Cancelled));
    }

    [Fact]
    public async Task Answers_WritingMuch_IsRead()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The runtime that is asked here is a shell script.");

        Assert.True(await ContainerRuntime.AnswersAsync(Runtime("head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2"), Patience, Cancelled));
    }

    [Fact]
    public async Task Answers_Hanging_IsNo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The runtime that is asked here is a shell script.");

        Assert.False(await ContainerRuntime.AnswersAsync(Runtime("sleep 600"), TimeSpan.FromMilliseconds(200), Cancelled));
    }

    [Theory]
    [InlineData(null, "Neither Docker nor Podman answers: ")]
    [InlineData("podman", "The container runtime podman does not answer: ")]
    public void IsMissing_Always_IsOneSentenceThatSaysWhatToDo(string? configured, string begin)
    {
        var sentence = ContainerRuntime.IsMissing(configured);

        Assert.StartsWith(begin, sentence, StringComparison.Ordinal);
        Assert.EndsWith("start one and run this again for PostgreSQL, Redis, Neo4j, Chroma and Ollama.", sentence, StringComparison.Ordinal);
    }

    private string Runtime(string script)
    {
        var path = _folder.Write("runtime", $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return path;
    }
}
