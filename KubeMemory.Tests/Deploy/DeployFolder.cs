using System.Diagnostics;
using Xunit;

namespace KubeMemory.Tests.Deploy;

/// <summary>A copy of the folder <c>deploy</c>, in which a test does what its README tells an operator to do.</summary>
internal sealed class DeployFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DeployFolder() => Copy(new DirectoryInfo(Path.Combine(Repository, "deploy")), _folder.Path);

    /// <summary>The folder that holds the solution.</summary>
    public static string Repository { get; } = FindRepository();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public string PathOf(string name) => _folder.PathOf(name);

    public string Read(string name) => File.ReadAllText(PathOf(name));

    /// <summary>deploy/make-secrets.sh; fails where that does.</summary>
    public async Task MakeSecretsAsync(string folder)
    {
        var (code, _, error) = await RunAsync("sh", PathOf("make-secrets.sh"), PathOf(folder));
        Assert.True(code == 0, error);
    }

    /// <summary>What <c>kubectl apply -k</c> would send for an overlay with these components, its secrets made before.</summary>
    public async Task<Manifests> RenderAsync(string overlay, params IReadOnlyList<string> components)
    {
        await MakeSecretsAsync($"kubernetes/overlays/{overlay}");
        if (components.Contains("external-engines"))
        {
            await MakeSecretsAsync("kubernetes/components/external-engines");
            UncommentConnections();
        }

        var kustomization = PathOf($"kubernetes/overlays/{overlay}/kustomization.yaml");
        var text = await File.ReadAllTextAsync(kustomization, Cancelled);
        // As the file's own last lines say: the # is taken away from those that are wanted.
        foreach (var line in components.Select(component => $"  - ../../components/{component}\n").Prepend("components:\n").Where(_ => components.Count > 0))
        {
            Assert.Contains("#" + line, text, StringComparison.Ordinal);
            text = text.Replace("#" + line, line, StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(kustomization, text, Cancelled);
        var (code, output, error) = await KustomizeAsync(Path.GetDirectoryName(kustomization)!);
        Assert.True(code == 0, error);
        return Manifests.Parse(output);
    }

    /// <summary><c>kubectl kustomize</c> of a folder.</summary>
    public Task<(int Code, string Output, string Error)> KustomizeAsync(string folder) => EndAsync(KubectlProgram.Start(Here, "kustomize", folder));

    public Task<(int Code, string Output, string Error)> RunAsync(string command, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        Here(start);
        return EndAsync(Process.Start(start)!);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<(int Code, string Output, string Error)> EndAsync(Process started)
    {
        using var process = started;
        var output = process.StandardOutput.ReadToEndAsync(Cancelled);
        var error = await process.StandardError.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);
        return (process.ExitCode, await output, error);
    }

    private void Here(ProcessStartInfo start)
    {
        start.WorkingDirectory = _folder.Path;
        start.Environment["HOME"] = _folder.Path;
    }

    private void UncommentConnections()
    {
        var connections = PathOf("kubernetes/components/external-engines/connections.env");
        File.WriteAllLines(connections, File.ReadAllLines(connections).Select(line => line.Contains('=', StringComparison.Ordinal) ? line.TrimStart('#') : line));
    }

    private static void Copy(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        // Secrets that a developer has made in the checkout are theirs.
        foreach (var file in from.GetFiles().Where(file => file.Extension != ".env" && file.Name is not (".env" or "kubeconfig")))
        {
            file.CopyTo(Path.Combine(to, file.Name));
        }

        foreach (var folder in from.GetDirectories())
        {
            Copy(folder, Path.Combine(to, folder.Name));
        }
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "KubeMemory.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
