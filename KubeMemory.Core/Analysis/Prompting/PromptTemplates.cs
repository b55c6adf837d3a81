using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace KubeMemory.Core.Analysis.Prompting;

/// <summary>The texts that a language model is asked with. They lie beside this file, are part of the program, and name themselves by <see cref="Version"/>.</summary>
internal static class PromptTemplates
{
    /// <summary>The rules. <c>{boundary}</c> is the request's own.</summary>
    public static string System { get; } = Read("system.txt");

    /// <summary>The question around the data.</summary>
    public static string Question { get; } = Read("question.txt");

    /// <summary>What is added for a second try: <c>{error}</c> is a sentence of ours.</summary>
    public static string Repair { get; } = Read("repair.txt");

    /// <summary>What the answer must look like.</summary>
    public static JsonElement AnswerSchema { get; } = JsonDocument.Parse(Read("answer.schema.json")).RootElement.Clone();

    /// <summary>Changes with every change of any of them, like <c>recommend-1f0c2a9b</c>: part of the analysis key.</summary>
    public static string Version { get; } = VersionOf(System, Question, Repair, AnswerSchema.GetRawText());

    /// <summary>The same on every machine, however the files' lines end there.</summary>
    public static string VersionOf(params ReadOnlySpan<string> texts)
    {
        var all = string.Join('\0', texts.ToArray()).ReplaceLineEndings("\n");
        return "recommend-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)).AsSpan(0, 4));
    }

    private static string Read(string name)
    {
        using var stream = typeof(PromptTemplates).Assembly.GetManifestResourceStream("Prompting/" + name)
            ?? throw new InvalidOperationException($"The template {name} is not in the program.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n").TrimEnd('\n');
    }
}
