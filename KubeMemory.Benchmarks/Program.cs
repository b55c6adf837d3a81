using KubeMemory.Benchmarks.Diagnosis;
using KubeMemory.Benchmarks.Pipeline;
using KubeMemory.Benchmarks.Search;

// What it measures stands beside its floor in the same run; the numbers that were published are in docs/performance.md.
return args switch
{
    ["pipeline", .. var rest] => await PipelineBenchmark.RunAsync(rest),
    ["diagnose", .. var rest] => DiagnosisBenchmark.Run(rest),
    ["search", .. var rest] => await SearchBenchmark.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Say which benchmark: pipeline [--lines 100000] [--runs 3] [--distributed], diagnose [--list], or search [--sizes 10000,100000,1000000] [--chroma].");
    return 2;
}
