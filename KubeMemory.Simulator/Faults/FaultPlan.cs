namespace KubeMemory.Simulator.Faults;

/// <summary>The faults to come, in order: each request takes the first one that fits it. Thread-safe.</summary>
public sealed class FaultPlan
{
    /// <summary>As a count: until <see cref="Clear"/>.</summary>
    public const int Always = int.MaxValue;

    private readonly Lock _gate = new();
    private readonly List<Planned> _planned = [];

    /// <summary>How many faults are still to come (an endless one counts as one).</summary>
    public int Pending
    {
        get
        {
            lock (_gate)
            {
                return _planned.Sum(p => p.Left == Always ? 1 : p.Left);
            }
        }
    }

    /// <summary>Lets the next requests that fit meet a fault.</summary>
    /// <param name="resource">The plural ("events"), a path outside the resources ("/version"), or "*".</param>
    /// <param name="fault">What happens to them.</param>
    /// <param name="verb">"list", "watch", "get", "log" or "create"; null fits all.</param>
    /// <param name="ns">One namespace; null fits all and the whole cluster.</param>
    /// <param name="count">How many requests, at least 1, or <see cref="Always"/>.</param>
    public void Next(string resource, Fault fault, string? verb = null, string? ns = null, int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        lock (_gate)
        {
            _planned.Add(new Planned(resource, fault, verb, ns) { Left = count });
        }
    }

    /// <summary>Forgets what has not happened yet.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _planned.Clear();
        }
    }

    internal Fault? Take(string resource, string verb, string? ns)
    {
        lock (_gate)
        {
            var index = _planned.FindIndex(p => p.Fits(resource, verb, ns));
            if (index < 0)
            {
                return null;
            }

            var planned = _planned[index];
            if (planned.Left != Always && --planned.Left == 0)
            {
                _planned.RemoveAt(index);
            }

            return planned.Fault;
        }
    }

    private sealed record Planned(string Resource, Fault Fault, string? Verb, string? Namespace)
    {
        public int Left { get; set; }

        public bool Fits(string resource, string verb, string? ns) =>
            (Resource == "*" || Resource == resource) && (Verb is null || Verb == verb) && (Namespace is null || Namespace == ns);
    }
}
