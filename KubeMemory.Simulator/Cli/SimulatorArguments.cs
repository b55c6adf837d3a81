namespace KubeMemory.Simulator.Cli;

/// <summary>What the command line asked for. The descriptions of the options in <see cref="SimulatorCommand"/> say what each one means.</summary>
internal sealed record SimulatorArguments(
    string? Scenario,
    IReadOnlyList<string> Captures,
    int? Load,
    int LoadPods,
    int LoadWorkloads,
    int Port,
    string? Kubeconfig,
    bool Tls,
    double Speed,
    TimeSpan? EventTtl,
    bool AcceptEvents);
