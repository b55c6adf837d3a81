using MudBlazor;

namespace KubeMemory.Web.Theme;

/// <summary>What the component library is told; the colours themselves stand in app.css, where they follow the reader's theme without a round trip.</summary>
internal static class DashboardTheme
{
    public static MudTheme Theme { get; } = new()
    {
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "6px" },
        Typography = new Typography { Default = new DefaultTypography { FontFamily = ["system-ui", "sans-serif"], FontSize = "0.875rem" } },
    };
}
