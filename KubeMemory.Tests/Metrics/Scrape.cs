using System.Globalization;
using System.Text.RegularExpressions;

namespace KubeMemory.Tests.Metrics;

/// <param name="Name">As it stands in a query, like <c>kubememory_ingest_batch_size_bucket</c>.</param>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}{{{string.Join(',', Labels.Where(label => label.Key != "otel_scope_name").Select(label => $"{label.Key}={label.Value}"))}}} {Value}");
}

/// <summary>
/// What <c>/metrics</c> says:
/// <code>
/// # TYPE kubememory_engine_up gauge
/// # HELP kubememory_engine_up 1 while …
/// kubememory_engine_up{engine="Redis",port="signals"} 1
/// </code>
/// </summary>
internal sealed partial class Scrape
{
    private Scrape(Dictionary<string, string> kinds, Dictionary<string, string> helps, List<Sample> samples) =>
        (Kinds, Helps, Samples) = (kinds, helps, samples);

    /// <summary>gauge, counter or histogram, by metric.</summary>
    public IReadOnlyDictionary<string, string> Kinds { get; }

    public IReadOnlyDictionary<string, string> Helps { get; }

    public IReadOnlyList<Sample> Samples { get; }

    public static async Task<Scrape> OfAsync(HttpClient http, CancellationToken cancellationToken) =>
        Parse(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken));

    /// <summary>Ours, those of histograms aside.</summary>
    public override string ToString() => string.Join('\n', Samples.Where(sample => Kinds.ContainsKey(sample.Name) && sample.Name.StartsWith("kubememory_", StringComparison.Ordinal)));

    /// <summary>Of the samples whose labels hold all these; 0 where there is none.</summary>
    public double Sum(string name, params (string Name, string Value)[] labels) => Find(name, labels).Sum(sample => sample.Value);

    public IEnumerable<Sample> Find(string name, params (string Name, string Value)[] labels) =>
        Samples.Where(sample => sample.Name == name && labels.All(label => sample.Labels.GetValueOrDefault(label.Name) == label.Value));

    /// <summary>The metric that a sample belongs to: a histogram's without the ending of its three samples.</summary>
    public string MetricOf(string sample) =>
        Kinds.ContainsKey(sample) ? sample : Ending().Replace(sample, "");

    private static Scrape Parse(string text)
    {
        var kinds = new Dictionary<string, string>();
        var helps = new Dictionary<string, string>();
        var samples = new List<Sample>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ', 4);
            if (words is ["#", "TYPE", var typed, var kind])
            {
                kinds[typed] = kind;
            }
            else if (words is ["#", "HELP", var helped, var help])
            {
                helps[helped] = help;
            }
            else if (SampleLine().Match(line) is { Success: true } sample)
            {
                samples.Add(new Sample(
                    sample.Groups["name"].Value,
                    Label().Matches(sample.Groups["labels"].Value).ToDictionary(label => label.Groups[1].Value, label => label.Groups[2].Value),
                    double.Parse(sample.Groups["value"].Value.Replace("+Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture)));
            }
        }

        return new Scrape(kinds, helps, samples);
    }

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>.*)\})? (?<value>\S+)( \d+)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex SampleLine();

    [GeneratedRegex("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Label();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Ending();
}
