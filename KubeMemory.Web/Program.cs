namespace KubeMemory.Web;

internal static class Program
{
    public static int Main() => 0;
}
