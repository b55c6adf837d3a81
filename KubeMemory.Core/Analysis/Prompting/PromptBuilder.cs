using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace KubeMemory.Core.Analysis.Prompting;

/// <summary>
/// Makes the one prompt of an analysis: rules of ours, and everything else as quoted data between marks that are drawn anew for each request,
/// cut so that prompt, second try and answer fit the model's context.
/// </summary>
internal static class PromptBuilder
{
    /// <summary>Letters of the boundary: 26¹² of them, and few tokens.</summary>
    private const int BoundaryLength = 12;

    // Room for the sentence that asks once more.
    private const int RepairTokens = 120;
    // A line that does not fit is cut to no less than so many tokens; the mark of the cut, the quote and the line's end take some.
    private const int LeastOfLine = 40;
    private const int CutMark = 6;

    private const int LeastData = 300;
    private const int LeastAnswer = 384;
    private const int MostAnswer = 1024;
    private const string Quote = "| ";

    /// <summary>What the answer may take of a context.</summary>
    public static int AnswerTokens(int contextTokens) => Math.Clamp(contextTokens / 4, LeastAnswer, MostAnswer);

    /// <summary>The smallest context with which an analysis makes sense.</summary>
    public static int LeastContext { get; } = Fixed + LeastAnswer + LeastData;

    private static int Fixed => RepairTokens + (2 * TokenBudget.MessageOverhead) + TokenBudget.Estimate(PromptTemplates.System) + TokenBudget.Estimate(PromptTemplates.Question);

    /// <param name="contextTokens">At least <see cref="LeastContext"/>.</param>
    public static IncidentPrompt Build(AnalysisInput input, int contextTokens) => Build(IncidentBlocks.Of(input), contextTokens, NewBoundary);

    /// <param name="boundaries">Asked again until it gives one that stands nowhere in the data.</param>
    internal static IncidentPrompt Build(IReadOnlyList<PromptBlock> blocks, int contextTokens, Func<string> boundaries)
    {
        var parts = blocks.Select(block => new Part(block, QuotedText.Of(block.Text))).Where(part => part.Text.Lines.Count > 0).ToList();
        var boundary = boundaries();
        while (parts.Exists(part => part.Text.Lines.Any(line => line.Contains(boundary, StringComparison.OrdinalIgnoreCase)) || part.Block.Text.Contains(boundary, StringComparison.OrdinalIgnoreCase)))
        {
            boundary = boundaries();
        }

        Allot(parts, contextTokens - Fixed - AnswerTokens(contextTokens), boundary);
        var sent = parts.Where(part => part.Taken > 0).ToList();
        var data = new StringBuilder();
        foreach (var part in sent)
        {
            part.AppendTo(data, boundary);
        }

        var leftOut = string.Join(", ", parts.Where(part => part.Taken == 0).Select(part => part.Block.Id));
        var question = PromptTemplates.Question
            .Replace("{left_out}", leftOut.Length > 0 ? $"Left out for lack of room: {leftOut}.\n" : "", StringComparison.Ordinal)
            .Replace("{ids}", string.Join(", ", sent.Where(part => part.Block.Citable).Select(part => part.Block.Id)), StringComparison.Ordinal)
            // Last: what is data is not looked at for places to fill.
            .Replace("{data}", data.ToString(), StringComparison.Ordinal);
        return new(
            PromptTemplates.System.Replace("{boundary}", boundary, StringComparison.Ordinal),
            question,
            boundary,
            sent.Where(part => part.Block.Citable).DistinctBy(part => part.Block.Id).ToDictionary(part => part.Block.Id, part => string.Join('\n', part.Lines), StringComparer.Ordinal),
            string.Join('\n', sent.SelectMany(part => part.Lines)),
            parts.Sum(part => part.Text.Withheld),
            [.. parts.Where(part => part.Taken < part.Text.Lines.Count).Select(part => part.WhatIsCut())]);
    }

    private static string NewBoundary() => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz", BoundaryLength);

    /// <summary>Each block its share at first, what tells the most before the rest; then what is left to those that were cut.</summary>
    private static void Allot(List<Part> parts, int room, string boundary)
    {
        var left = room;
        foreach (var part in parts)
        {
            left -= part.Take(Math.Min(left, Math.Max((int)(room * part.Block.Share), LeastData / 4)), boundary);
        }

        foreach (var part in parts.Where(part => part.Taken < part.Text.Lines.Count))
        {
            left += part.Cost;
            left -= part.Take(left, boundary);
        }
    }

    /// <summary>A block and how much of it goes.</summary>
    private sealed class Part(PromptBlock block, QuotedText text)
    {
        public PromptBlock Block => block;

        public QuotedText Text => text;

        public List<string> Lines { get; private set; } = [];

        public int Taken => Lines.Count;

        public int Cost { get; private set; }

        /// <summary>As many lines as the tokens allow; gives what they cost, 0 where not even one fits.</summary>
        public int Take(int tokens, string boundary)
        {
            var cost = TokenBudget.Estimate(Head(boundary, text.Lines.Count)) + TokenBudget.Estimate(Foot(boundary));
            var lines = new List<string>();
            foreach (var line in block.KeepsEnd ? text.Lines.Reverse() : text.Lines)
            {
                var next = TokenBudget.Estimate(Quote + line + "\n");
                if (cost + next > tokens)
                {
                    if (tokens - cost >= LeastOfLine)
                    {
                        lines.Add(TokenBudget.Cut(line, tokens - cost - CutMark) + "…");
                        cost = tokens;
                    }

                    break;
                }

                lines.Add(line);
                cost += next;
            }

            if (block.KeepsEnd)
            {
                lines.Reverse();
            }

            Lines = lines;
            Cost = lines.Count == 0 ? 0 : cost;
            return Cost;
        }

        public void AppendTo(StringBuilder data, string boundary)
        {
            data.Append(Head(boundary, text.Lines.Count - Taken));
            foreach (var line in Lines)
            {
                data.Append(Quote).Append(line).Append('\n');
            }

            data.Append(Foot(boundary));
        }

        public string WhatIsCut() => Taken == 0
            ? $"{block.Id} was left out for lack of room."
            : string.Create(CultureInfo.InvariantCulture, $"{text.Lines.Count - Taken} lines of {block.Id} were left out for lack of room.");

        private string Head(string boundary, int leftOut)
        {
            var cut = leftOut == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {leftOut} {(block.KeepsEnd ? "earlier" : "later")} lines left out");
            return $"[{boundary} {block.Id} {block.Kind}{cut}]\n";
        }

        private static string Foot(string boundary) => $"[/{boundary}]\n";
    }
}
