namespace KubeMemory.Core.Analysis.Prompting;

/// <summary>One piece of data for the prompt.</summary>
/// <param name="Id">Like <c>E3</c>, <c>I42</c> or <c>F7</c>; those of other blocks cannot be cited.</param>
/// <param name="Kind">A word of ours: <c>log</c>, <c>event</c>.</param>
/// <param name="Share">Of the room for all data, at first: 0 to 1.</param>
/// <param name="KeepsEnd">Where it is too long its end is kept, not its beginning.</param>
internal sealed record PromptBlock(string Id, string Kind, string Text, double Share, bool KeepsEnd = false, bool Citable = true);

/// <summary>A prompt, and what it holds: the answer is checked against what was sent, not against what there is.</summary>
/// <param name="Sent">What of each block was sent, by its id; only those that can be cited.</param>
/// <param name="Data">All that was sent as data.</param>
/// <param name="Withheld">How many lines spoke to a language model and were left out.</param>
/// <param name="Cut">What was left out for lack of room, one sentence each.</param>
internal sealed record IncidentPrompt(
    string System, string Question, string Boundary, IReadOnlyDictionary<string, string> Sent, string Data, int Withheld, IReadOnlyList<string> Cut);
