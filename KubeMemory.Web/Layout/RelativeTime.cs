using System.Globalization;

namespace KubeMemory.Web.Layout;

/// <summary>Durations as people say them; app.js says them in the same words.</summary>
internal static class RelativeTime
{
    public static string Text(TimeSpan age, bool ago)
    {
        var text = Text(age);
        return ago && text != "now" ? text + " ago" : text;
    }

    private static string Text(TimeSpan age) => age switch
    {
        { TotalSeconds: < 1 } => "now",
        { TotalSeconds: < 60 } => Whole(age.TotalSeconds, "s"),
        { TotalMinutes: < 60 } => Whole(age.TotalMinutes, "min"),
        { TotalHours: < 48 } => Whole(age.TotalHours, "h"),
        _ => Whole(age.TotalDays, "d"),
    };

    private static string Whole(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(value)} {unit}");
}
