namespace KubeMemory.Web.Incidents;

/// <param name="Value">As it stands in the address.</param>
public sealed record FilterOption(string Value, string Label, bool Chosen);
