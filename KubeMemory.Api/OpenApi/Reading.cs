namespace KubeMemory.Api.OpenApi;

/// <summary>What only reads answers HEAD as well as GET (RFC 9110, section 9.1); the server leaves the body out.</summary>
internal static class Reading
{
    public static string[] Methods { get; } = [HttpMethods.Get, HttpMethods.Head];
}
