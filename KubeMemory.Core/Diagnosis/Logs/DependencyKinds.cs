namespace KubeMemory.Core.Diagnosis.Logs;

/// <summary>Which kinds of dependency a text speaks of: a database, a cache, a broker, …</summary>
internal static class DependencyKinds
{
    public static HashSet<string> In(string text)
    {
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        foreach (System.Text.RegularExpressions.Match match in LineWords.Dependency.Matches(text))
        {
            kinds.Add(match.Groups.Values.Skip(1).First(group => group.Success).Name);
        }

        return kinds;
    }

    public static bool Share(string one, string other)
    {
        var kinds = In(one);
        return kinds.Count > 0 && In(other).Overlaps(kinds);
    }
}
