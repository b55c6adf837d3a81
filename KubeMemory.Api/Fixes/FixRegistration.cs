namespace KubeMemory.Api.Fixes;

internal static class FixRegistration
{
    /// <summary>Needs the incident store's ports.</summary>
    public static IServiceCollection AddFixes(this IServiceCollection services) => services.AddSingleton<FixGuides>();
}
