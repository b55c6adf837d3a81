using KubeMemory.Benchmarks.Diagnosis;
using KubeMemory.Benchmarks.Pipeline;
using KubeMemory.Benchmarks.Recall;
using KubeMemory.Benchmarks.Search;

// What it measures stands beside its floor in the same run; the numbers that were published are in docs/performance.md.
return args switch
{
    ["pipeline", .. var rest] => await PipelineBenchmark.RunAsync(rest),
    ["diagnose", .. var rest] => DiagnosisBenchmark.Run(rest),
    ["search", .. var rest] => await SearchBenchmark.RunAsync(rest),
    ["recall", .. var rest] => await RecallBenchmark.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        "Say which benchmark: pipeline [--lines 100000] [--runs 3] [--distributed], diagnose [--list], "
        + "search [--sizes 10000,100000,1000000] [--chroma], or recall [--embedding \"Endpoint=…;Model=…\"].");
    return 2;
}
