namespace KubeMemory.Api;

internal static class Program
{
    public static int Main() => 0;
}
