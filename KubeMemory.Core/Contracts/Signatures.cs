using KubeMemory.Core.Diagnosis;

namespace KubeMemory.Core.Contracts;

/// <summary><c>GET /api/signatures/</c>: every failure that the rules know, by area and id.</summary>
/// <param name="Version">Of the catalogue.</param>
public sealed record SignatureList(string Version, long Count, IReadOnlyList<SignatureSummary> Results);

/// <param name="Area">Like <c>scheduling</c>.</param>
/// <param name="Types">The types of incidents that it is looked for in.</param>
/// <param name="Verdict">What a match is worth.</param>
public record SignatureSummary(string Id, string Title, string Area, IReadOnlyList<string> Types, Verdict Verdict, Uri Documentation);

/// <summary><c>GET /api/signatures/{id}/</c>.</summary>
/// <param name="Cause">With facts in braces: <c>The host {host} cannot be resolved.</c></param>
/// <param name="Thing">The fact that is the named thing.</param>
public sealed record SignatureDetail(
    string Id,
    string Title,
    string Area,
    IReadOnlyList<string> Types,
    Verdict Verdict,
    Uri Documentation,
    string Cause,
    string? Thing,
    IReadOnlyList<AnalysisStep> Steps,
    IReadOnlyList<string> Prevention)
    : SignatureSummary(Id, Title, Area, Types, Verdict, Documentation);
