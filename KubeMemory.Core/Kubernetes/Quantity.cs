using System.Globalization;

namespace KubeMemory.Core.Kubernetes;

/// <summary>Amounts of resources as Kubernetes writes them: <c>800m</c>, <c>2</c>, <c>8146056Ki</c>, <c>1.5Gi</c>, <c>1e3</c>.</summary>
internal static class Quantity
{
    private const decimal Mebibyte = 1024m * 1024m;
    private const decimal Largest = 1e20m;

    private static readonly (string Unit, decimal Factor)[] Units =
    [
        ("Ki", 1024m), ("Mi", Mebibyte), ("Gi", 1024m * Mebibyte), ("Ti", Mebibyte * Mebibyte), ("Pi", 1024m * Mebibyte * Mebibyte), ("Ei", Mebibyte * Mebibyte * Mebibyte),
        ("n", 1e-9m), ("u", 1e-6m), ("m", 1e-3m), ("k", 1e3m), ("M", 1e6m), ("G", 1e9m), ("T", 1e12m), ("P", 1e15m), ("E", 1e18m),
    ];

    /// <summary>Null for what is no amount, and for what no cluster has (more than 10^20 of anything).</summary>
    public static decimal? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var (digits, factor) = (text.Trim(), 1m);
        foreach (var (unit, by) in Units)
        {
            if (digits.EndsWith(unit, StringComparison.Ordinal))
            {
                (digits, factor) = (digits[..^unit.Length], by);
                break;
            }
        }

        return decimal.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= 0 && number <= Largest / Math.Max(1m, factor)
            ? number * factor
            : null;
    }

    /// <summary>In the unit that people use for it: cores or thousandths for cpu, Mi or Gi for bytes, plain for the rest.</summary>
    /// <param name="resource"><c>cpu</c>, <c>memory</c>, <c>ephemeral-storage</c>, <c>pods</c>, <c>nvidia.com/gpu</c>…</param>
    public static string Text(string resource, decimal amount) => resource switch
    {
        "cpu" => amount == decimal.Truncate(amount) ? Plain(amount) : $"{Plain(decimal.Round(amount * 1000m))}m",
        _ when IsBytes(resource) => amount != 0 && amount % (1024m * Mebibyte) == 0 ? $"{Plain(amount / (1024m * Mebibyte))}Gi" : $"{Plain(decimal.Floor(amount / Mebibyte))}Mi",
        _ => Plain(amount),
    };

    private static bool IsBytes(string resource) =>
        resource is "memory" or "ephemeral-storage" or "storage" || resource.StartsWith("hugepages-", StringComparison.Ordinal);

    private static string Plain(decimal number) => decimal.Round(number, 3).ToString("0.###", CultureInfo.InvariantCulture);
}
