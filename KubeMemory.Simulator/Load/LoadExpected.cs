using System.Text.Json.Nodes;

namespace KubeMemory.Simulator.Load;

/// <summary>What whoever reads all lines must have counted.</summary>
/// <param name="Lines">Watch lines.</param>
/// <param name="Series">Events, by name.</param>
/// <param name="Occurrences">The sum over all series of the highest count.</param>
public sealed record LoadExpected(long Lines, long Series, long Occurrences)
{
    // {"lines":100000,"series":20011,"occurrences":120113}
    public JsonObject ToJson() => new() { ["lines"] = Lines, ["series"] = Series, ["occurrences"] = Occurrences };
}
