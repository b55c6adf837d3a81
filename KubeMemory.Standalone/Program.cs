using KubeMemory.Standalone.Cli;

namespace KubeMemory.Standalone;

internal static class Program
{
    public static Task<int> Main(string[] args) => StandaloneCommand.InvokeAsync(args, Console.Out, Console.Error);
}
