using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using KubeMemory.Core.Kubernetes;

namespace KubeMemory.Core.Classification;

/// <summary>
/// A message without what differs from pod to pod and from day to day: numbers, hashes, durations, addresses, ports, names of pods
/// and nodes. What is left is the same wherever the same thing fails.
/// </summary>
internal static class CauseText
{
    /// <summary>Longest cause, in characters.</summary>
    public const int MaxLength = 200;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly SearchValues<char> DurationCharacters = SearchValues.Create("0123456789.hmsµun");
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.,");
    private static readonly string[] NamedThings = ["pod", "node", "container", "host", "sandbox", "kubelet"];
    private static readonly string[] QuantityUnits = ["Ki", "Mi", "Gi", "Ti", "k", "M", "G", "T", "m", "B", "KB", "MB", "GB", "%", "bytes"];

    /// <summary>In lower case, blanks collapsed, cut to <see cref="MaxLength"/>.</summary>
    public static string Normalise(ReadOnlySpan<char> message)
    {
        var result = new StringBuilder(Math.Min(message.Length, MaxLength) + 16);
        var before = ReadOnlySpan<char>.Empty;
        foreach (var range in message.SplitAny(" \t\r\n"))
        {
            var token = message[range];
            if (token.IsEmpty)
            {
                continue;
            }

            if (result.Length > 0)
            {
                result.Append(' ');
            }

            Append(result, token, before);
            before = token;
            if (result.Length >= MaxLength)
            {
                break;
            }
        }

        result.Length = Math.Min(result.Length, MaxLength);
        return result.ToString().ToLowerInvariant().TrimEnd();
    }

    private static void Append(StringBuilder result, ReadOnlySpan<char> token, ReadOnlySpan<char> before)
    {
        // container=api, pod=api-1_shop(uid)
        var sign = token.IndexOf('=');
        if (sign > 0 && sign < token.Length - 1 && !token.Contains("://", StringComparison.Ordinal))
        {
            Append(result, token[..sign], before);
            result.Append('=');
            Append(result, token[(sign + 1)..], token[..sign]);
            return;
        }

        const string Around = "\"'`()[]{},;:=\\.";
        var core = token.Trim(Around);
        if (core.IsEmpty)
        {
            result.Append(token);
            return;
        }

        var start = token.IndexOf(core, StringComparison.Ordinal);
        result.Append(token[..start]);
        result.Append(IsNamed(token[..start], before) ? "<name>" : Collapse(core));
        result.Append(token[(start + core.Length)..]);
    }

    private static bool IsNamed(ReadOnlySpan<char> opening, ReadOnlySpan<char> before)
    {
        if (opening is not ['"', ..] && !before.EndsWith("container", StringComparison.OrdinalIgnoreCase) && !before.EndsWith("pod", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        foreach (var thing in NamedThings)
        {
            if (before.Equals(thing, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<char> Collapse(ReadOnlySpan<char> word)
    {
        var scheme = word.IndexOf("://", StringComparison.Ordinal);
        if (scheme > 0)
        {
            var host = word[(scheme + 3)..];
            var end = host.IndexOfAny('/', '?');
            return string.Concat(word[..(scheme + 3)], HostOf(end < 0 ? host : host[..end]));
        }

        if (!word.ContainsAnyInRange('0', '9'))
        {
            return word;
        }

        var open = word.IndexOf('(');
        if (open > 0)
        {
            // api-75fb46b7bd-xtkrh_shop(0f6b8526-…)
            return word[..open].Contains('_') ? "<pod>" : word;
        }

        if (IsNumber(word) || IsRatio(word))
        {
            return "<n>";
        }

        if (word.StartsWith("sha256:", StringComparison.Ordinal) || Guid.TryParse(word, out _) || IsHash(word))
        {
            return "<id>";
        }

        if (!word.ContainsAnyExcept(DurationCharacters) && char.IsAsciiDigit(word[0]))
        {
            return "<duration>";
        }

        if (word.Length >= 19 && word[4] == '-' && DateTimeOffset.TryParse(word, CultureInfo.InvariantCulture, out _))
        {
            return "<time>";
        }

        return HostOf(WithoutPodSuffix(word));
    }

    // 10.0.0.1:53->10.0.0.2:40123, db.shop:5432, [::1]:80
    private static ReadOnlySpan<char> HostOf(ReadOnlySpan<char> host)
    {
        var arrow = host.IndexOf("->", StringComparison.Ordinal);
        if (arrow > 0)
        {
            host = host[..arrow];
        }

        var colon = host.LastIndexOf(':');
        var name = colon > 0 && colon < host.Length - 1 && !host[(colon + 1)..].ContainsAnyExceptInRange('0', '9') ? host[..colon] : host;
        var slash = name.IndexOf('/');
        return IPAddress.TryParse((slash > 0 ? name[..slash] : name).Trim("[]"), out _) ? "<ip>" : name;
    }

    private static ReadOnlySpan<char> WithoutPodSuffix(ReadOnlySpan<char> word)
    {
        var cut = word.LastIndexOf('-');
        if (cut <= 0 || !WorkloadNames.IsPodSuffix(word[(cut + 1)..]))
        {
            return word;
        }

        return WorkloadNames.DeploymentOf(word[..cut].ToString()) is null ? word : "<pod>";
    }

    private static bool IsNumber(ReadOnlySpan<char> word)
    {
        var digits = word.TrimStart("+-");
        var length = digits.IndexOfAnyExcept(NumberCharacters);
        if (length <= 0)
        {
            return length < 0 && digits.Length > 0;
        }

        foreach (var unit in QuantityUnits)
        {
            if (digits[length..].SequenceEqual(unit))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsRatio(ReadOnlySpan<char> word)
    {
        var slash = word.IndexOf('/');
        return slash > 0 && IsNumber(word[..slash]) && IsNumber(word[(slash + 1)..]);
    }

    private static bool IsHash(ReadOnlySpan<char> word) => word.Length >= 8 && !word.ContainsAnyExcept(Hex);
}
