using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Redaction;
using KubeMemory.Core.Signals;

namespace KubeMemory.Api.Fixes;

/// <summary>
/// What people type about a fix, read strictly: what is not known is an error. Secrets and hidden characters are gone before anything else sees it.
/// </summary>
internal static class FixBody
{
    /// <summary>For the longest texts, each character escaped.</summary>
    public const int MaxBytes = 64 * 1024;

    public const int LongestText = 4000;
    public const int LongestCorrection = 2000;

    private const string Example = """send {"text":"Raised the memory limit to 512Mi","worked":true}""";

    // {"text":"Raised the memory limit to 512Mi","worked":true,"correction":"The heap grew, not the cache"}
    /// <summary>What is null or not there is null; a text without anything to read is empty.</summary>
    /// <exception cref="InvalidFixException">With one sentence for the caller.</exception>
    public static async Task<FixPatch> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var body = await JsonNode.ParseAsync(request.Body, documentOptions: new() { AllowDuplicateProperties = false }, cancellationToken: cancellationToken);
            if (body is not JsonObject members)
            {
                throw new InvalidFixException($"The body is not a JSON object; {Example}.");
            }

            foreach (var (name, _) in members.Where(member => member.Key is not ("text" or "worked" or "correction")))
            {
                throw new InvalidFixException($"'{name}' cannot be set; send text, worked and correction and nothing else.");
            }

            return new FixPatch(Text(members, "text", LongestText), Worked(members), Text(members, "correction", LongestCorrection));
        }
        catch (JsonException)
        {
            throw new InvalidFixException($"The body is not JSON; {Example}.");
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, as an escape sequence: JSON, and no text.
            throw new InvalidFixException("The body has a broken escape sequence (half of a surrogate pair); send whole characters.");
        }
    }

    private static bool? Worked(JsonObject members) => members["worked"] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<bool>(out var worked) => worked,
        _ => throw new InvalidFixException("worked is neither true nor false; leave it out while nobody knows."),
    };

    private static string? Text(JsonObject members, string name, int longest)
    {
        switch (members[name])
        {
            case null:
                return null;
            case JsonValue value when value.TryGetValue<string>(out var typed):
                var clean = Redactor.Default.Redact(typed).Trim();
                if (typed.Trim().Length > longest)
                {
                    throw new InvalidFixException(
                        string.Create(CultureInfo.InvariantCulture, $"{name} has {typed.Trim().Length} characters; use at most {longest}."));
                }

                // What stands in a secret's place may be longer than it.
                return StorableText.Of(Texts.Cut(clean, longest));
            default:
                throw new InvalidFixException($"{name} is no string; send plain text.");
        }
    }
}

/// <summary>The caller's mistake, in one sentence.</summary>
internal sealed class InvalidFixException(string message) : Exception(message);
