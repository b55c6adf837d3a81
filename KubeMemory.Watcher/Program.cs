namespace KubeMemory.Watcher;

internal static class Program
{
    public static int Main() => 0;
}
