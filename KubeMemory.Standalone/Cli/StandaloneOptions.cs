namespace KubeMemory.Standalone.Cli;

/// <summary>What the command line says about a run.</summary>
/// <param name="DataFolder">Where everything is kept; the demo keeps its own in <c>demo</c> below it.</param>
/// <param name="Kubeconfig">Null: what the environment says, else the user's own.</param>
/// <param name="Context">Null: what the environment says, else the kubeconfig's current one.</param>
/// <param name="Namespaces">Comma list, or <c>*</c>; null: what the environment says, else <c>default</c>.</param>
/// <param name="DemoSpeed">Demo minutes a real minute, more than 0 up to 1,000.</param>
internal sealed record StandaloneOptions(
    string DataFolder,
    ListenAddress Api,
    ListenAddress Dashboard,
    string? Kubeconfig = null,
    string? Context = null,
    string? Namespaces = null,
    bool Demo = false,
    double DemoSpeed = 1)
{
    /// <summary>Below the folder that the system keeps for programs' data of this user.</summary>
    /// <exception cref="StandaloneException">This user has none.</exception>
    public static string DefaultDataFolder()
    {
        var folder = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return folder.Length > 0
            ? Path.Combine(folder, "kubememory")
            : throw new StandaloneException("This user has no home folder to keep data in; name a folder with --data.");
    }
}
