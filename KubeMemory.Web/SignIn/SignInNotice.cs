using KubeMemory.ServiceDefaults.Access;

namespace KubeMemory.Web.SignIn;

/// <summary>What the sign-in page has to say after something did not go as wished; stands in its address as a word, not as a text that others could choose.</summary>
internal static class SignInNotice
{
    public const string UsedLink = "link";
    public const string WrongKey = "key";
    public const string TooMany = "wait";
    public const string OldForm = "form";
    public const string SignedOut = "out";
    public const string ProviderAway = "provider";
    public const string ProviderRefused = "refused";
    public const string NoRole = "role";

    public static string? Text(string? word, AccessMode mode, string? provider) => word switch
    {
        UsedLink => "That sign-in link has been used, or is of an earlier start. Open the link of the last start, or type the key of the file below.",
        WrongKey when mode == AccessMode.Local => "That is not the key of the file below. Copy its one line, whole.",
        WrongKey => "No key is like that one. Copy it again, whole, or ask whoever gave it to you for a new one.",
        TooMany => "Too many keys were wrong. Wait a minute, then try again.",
        OldForm => "That form was too old to be taken. Nothing has changed; try again.",
        SignedOut => "You are signed out.",
        ProviderAway => $"{provider} does not answer just now. Try again in a moment; KubeMemory's log says what was wrong.",
        ProviderRefused => $"{provider} did not sign you in. Try again; KubeMemory's log says why.",
        NoRole => $"{provider} knows you, but has not given you a role in KubeMemory. Ask whoever manages its roles.",
        _ => null,
    };

    /// <summary>Whether it is no news of a failure.</summary>
    public static bool IsCalm(string? word) => word == SignedOut;
}
