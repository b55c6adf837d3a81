using KubeMemory.Core.Incidents;

namespace KubeMemory.Core.Diagnosis;

/// <summary>
/// One known way to fail: by what it is recognised, what it means in plain words, and what helps. An entry of the
/// <see cref="SignatureCatalogue"/>, one in each file of the folders beside this one.
/// </summary>
public sealed record FailureSignature
{
    /// <summary>Like <c>image-not-found</c>. Stable: analyses and fixes are stored with it.</summary>
    public required string Id { get; init; }

    /// <summary>A few words, without a full stop: <c>The image does not exist</c>.</summary>
    public required string Title { get; init; }

    public required SignatureArea Area { get; init; }

    /// <summary>Incidents of other types are not looked at.</summary>
    public required IReadOnlyList<IncidentType> Types { get; init; }

    /// <summary>Any one of these is enough, tried in this order; its named groups are the facts of the case.</summary>
    public required IReadOnlyList<Clue> Clues { get; init; }

    /// <summary>Each of these is needed besides; their named groups join the facts.</summary>
    public IReadOnlyList<Clue> Requires { get; init; } = [];

    /// <summary>None of these may be there.</summary>
    public IReadOnlyList<Clue> Unless { get; init; } = [];

    /// <summary>
    /// How much it explains, 0 to 100; of several that match, the highest explains the others. About: 10 how it shows (a back-off, an exit
    /// code), 40 what Kubernetes says of it, 60 what the process says of it, 80 what leaves no doubt (killed at its own limit).
    /// </summary>
    public required int Specificity { get; init; }

    /// <summary>What a match is worth. Confirmed where the clue itself states the cause, likely where it only makes it probable.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>
    /// The cause in one or two plain sentences, with facts in braces: <c>The host {host} cannot be resolved.</c> A sentence in square brackets
    /// falls away where one of its facts is missing: <c>[It was asked at port {port}.]</c>
    /// </summary>
    public required string Cause { get; init; }

    /// <summary>The fact that is the thing to look at: <c>host</c>, <c>image</c>, <c>key</c>, <c>node</c>; null where there is none.</summary>
    public string? Thing { get; init; }

    /// <summary>What to do, read-only commands first. Facts in braces; a step with a missing fact falls away.</summary>
    public required IReadOnlyList<SignatureStep> Steps { get; init; }

    /// <summary>How it does not happen again, one sentence each.</summary>
    public required IReadOnlyList<string> Prevention { get; init; }

    /// <summary>In the documentation of Kubernetes (kubernetes.io).</summary>
    public required Uri Documentation { get; init; }

    /// <summary>
    /// Reads further what patterns cannot: gets the case and the facts so far, gives the facts to go on with, or null where the signature does
    /// not apply after all. Of a log it gets besides the matched <see cref="LineFact"/>, the <see cref="StatementFact"/> that the line
    /// belongs to and the <see cref="ContextFact"/> before that. Pure.
    /// </summary>
    public Func<DiagnosisCase, IReadOnlyDictionary<string, string>, IReadOnlyDictionary<string, string>?>? Refine { get; init; }

    /// <summary>For <see cref="Refine"/> only: the line of the log that matched, cleaned.</summary>
    internal const string LineFact = "line";

    /// <summary>For <see cref="Refine"/> only: the message with its stack trace, at most 8,192 characters.</summary>
    internal const string StatementFact = "statement";

    /// <summary>For <see cref="Refine"/> only: the five lines before the matched one.</summary>
    internal const string ContextFact = "context";

    internal static bool IsForRefineOnly(string fact) => fact is LineFact or StatementFact or ContextFact;

    /// <summary>Cases that it is, at least one, of our own writing after real messages.</summary>
    public required IReadOnlyList<SignatureSample> Samples { get; init; }

    /// <summary>Cases that look like it and are not, at least one.</summary>
    public required IReadOnlyList<SignatureSample> NearMisses { get; init; }
}

public enum SignatureArea
{
    Scheduling,
    Images,
    Start,
    Crash,
    Dependencies,
    Probes,
    Volumes,
    Network,
    Node,
    Jobs,
    Admission,
}

public enum Verdict
{
    /// <summary>Nothing that is known explains it, or the evidence that would is missing.</summary>
    Inconclusive,

    /// <summary>The evidence makes it probable and states it nowhere.</summary>
    Likely,

    /// <summary>The evidence states it.</summary>
    Confirmed,
}

/// <summary>Where a clue is looked for.</summary>
[Flags]
public enum ClueSource
{
    /// <summary>Texts of events, and what a pod's or node's state said when it was reported as a failure.</summary>
    Event = 1,

    /// <summary>How containers and the pod stand: see <see cref="Signals.EvidenceBuilder.ContainerStates"/>.</summary>
    State = 2,

    /// <summary>What the pod asks for: see <see cref="Signals.EvidenceBuilder.PodSpec"/>.</summary>
    Spec = 4,

    /// <summary>Conditions, taints and room of nodes.</summary>
    Node = 8,

    Rollout = 16,

    /// <summary>Logs and a container's last words, line by line.</summary>
    Log = 32,
}

/// <param name="Text">What to do and what to look for, one sentence.</param>
/// <param name="Command">A command to copy, with facts in braces; <c>{namespace}</c>, <c>{workload}</c>, <c>{kind}</c>, <c>{pod}</c>, <c>{container}</c>, <c>{image}</c> and <c>{node}</c> are facts of every case that has them.</param>
/// <param name="Changes">It changes something in the cluster; shown with a warning.</param>
public sealed record SignatureStep(string Text, string? Command = null, bool Changes = false);

/// <param name="Thing">The named thing that is to be found; null where there is none, and for near misses.</param>
public sealed record SignatureSample(DiagnosisCase Case, string? Thing = null);
