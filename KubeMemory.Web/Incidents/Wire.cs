using System.Text.Json;
using KubeMemory.Core.Incidents;

namespace KubeMemory.Web.Incidents;

/// <summary>The names that addresses carry, the same as the contracts' JSON, and the words that people read.</summary>
internal static class Wire
{
    public static IReadOnlyDictionary<string, IncidentStatus> Statuses { get; } = Names<IncidentStatus>(ToWire);

    public static IReadOnlyDictionary<string, Severity> Severities { get; } = Names<Severity>(ToWire);

    public static IReadOnlyDictionary<string, IncidentType> Types { get; } = Names<IncidentType>(v => v.ToString());

    public static IReadOnlyDictionary<string, FailureFamily> Families { get; } = Names<FailureFamily>(ToWire);

    public static string ToWire<T>(this T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public static string Word(this FailureFamily family) => family switch
    {
        FailureFamily.StartAndCrash => "Start and crash",
        FailureFamily.Image => "Image",
        FailureFamily.Scheduling => "Scheduling",
        FailureFamily.Volume => "Volume",
        FailureFamily.Probe => "Probe",
        FailureFamily.SandboxAndNetwork => "Sandbox and network",
        FailureFamily.NodeAndEviction => "Node and eviction",
        FailureFamily.Configuration => "Configuration",
        FailureFamily.Job => "Job",
        _ => "Other",
    };

    public static string Word(this IncidentStatus status) => status.ToString();

    public static string Word(this Severity severity) => severity.ToString();

    private static Dictionary<string, T> Names<T>(Func<T, string> name)
        where T : struct, Enum => Enum.GetValues<T>().ToDictionary(name, StringComparer.OrdinalIgnoreCase);
}
