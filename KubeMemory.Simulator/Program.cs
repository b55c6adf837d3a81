using KubeMemory.Simulator.Cli;

namespace KubeMemory.Simulator;

internal static class Program
{
    public static Task<int> Main(string[] args) => SimulatorCommand.InvokeAsync(args, Console.Out, Console.Error);
}
