namespace KubeMemory.Simulator;

internal static class Program
{
    public static int Main() => 0;
}
