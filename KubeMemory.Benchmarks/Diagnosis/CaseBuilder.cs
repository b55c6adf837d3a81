using System.Globalization;
using System.Text.RegularExpressions;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Redaction;
using KubeMemory.Core.Signals;

namespace KubeMemory.Benchmarks.Diagnosis;

/// <summary>
/// From a case's text to what a diagnosis reads: through the same redaction, bounds and forms as the watcher's, with what a watcher would
/// have gathered besides (back-off, container state, healthy node, rollout) put in where the case does not say otherwise.
/// </summary>
internal sealed partial class CaseBuilder
{
    private static readonly DateTimeOffset Now = new(2026, 3, 9, 11, 42, 7, TimeSpan.Zero);
    private const string None = "none";
    private static readonly string[] HeaderNames = ["cause", "thing", "incident", "exit", "container", "pod", "image", "node", "cluster"];

    private readonly CaseText _text;
    private readonly ClusterStyle _cluster;
    private readonly IncidentType _type;
    private readonly string _kind;
    private readonly string _namespace;
    private readonly string _workload;
    private readonly string _container;
    private readonly string _pod;
    private readonly bool _hasPod;
    private readonly string _uid;
    private readonly string? _node;
    private readonly string _image;
    private readonly List<CaseEvidence> _evidence = [];

    private CaseBuilder(CaseText text)
    {
        _text = text;
        _cluster = ClusterStyle.Find(Header("cluster") ?? "") ?? throw Wrong($"cluster: one of {string.Join(", ", ClusterStyle.Names)}");
        var incident = IncidentHeader().Match(Header("incident") ?? "");
        if (!incident.Success || !Enum.TryParse(incident.Groups[1].Value, out _type))
        {
            throw Wrong("incident: Type Kind namespace/workload");
        }

        (_kind, _namespace, _workload) = (incident.Groups[2].Value, incident.Groups[3].Value, incident.Groups[4].Value);
        // A controller that is not let create a pod has none.
        _hasPod = Header("pod") != None && _kind is not ("PersistentVolumeClaim" or "Node");
        var ofContainer = _hasPod && FailureScope.IsOfContainer(_type) && Header("container") != None;
        _container = ofContainer ? Header("container") ?? _workload : "";
        _pod = Header("pod") ?? ClusterStyle.PodOf(_kind, _workload, text.Id);
        _uid = ClusterStyle.UidOf(text.Id);
        _node = NodeFor(text.Id);
        _image = Header("image") ?? $"registry.example.com/{_namespace}/{_workload}:1.{text.Id.Length}.0";
    }

    /// <exception cref="FormatException">Names the case and what is wrong with it.</exception>
    public static DiagnosisCase Build(CaseText text)
    {
        if (text.Headers.Keys.Except(HeaderNames).FirstOrDefault() is { } odd)
        {
            throw new FormatException($"{text.Id}: there is no header '{odd}'; there are {string.Join(", ", HeaderNames)}.");
        }

        return new CaseBuilder(text).Build();
    }

    private DiagnosisCase Build()
    {
        AddEvents();
        AddStates();
        AddLogs();
        AddSpec();
        AddNode();
        AddRollout();
        return new DiagnosisCase
        {
            Type = _type,
            Namespace = _namespace,
            WorkloadKind = _kind,
            Workload = _workload,
            Container = _container,
            PodName = _hasPod ? _pod : null,
            NodeName = _node,
            Image = _container.Length > 0 ? _image : null,
            Evidence = _evidence,
            Missing = [.. Sections("@missing").SelectMany(section => Filled(section.Text).Split('\n'))],
        };
    }

    // A pod that no node takes is on none.
    private string? NodeFor(string id) =>
        Header("node") is { } node ? (node == None ? null : node)
        : _kind == "Node" ? _workload
        : !_hasPod || _type == IncidentType.FailedScheduling ? null
        : _cluster.NodeOf(id);

    // exit: 137 OOMKilled ×7
    private (int Code, string Reason, int Restarts)? Exit =>
        Header("exit") is not { } exit ? null
        : ExitHeader().Match(exit) is { Success: true } match
            ? (int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[2].Value, match.Groups[3].Success ? int.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture) : 6)
            : throw Wrong("exit: 137 OOMKilled ×7");

    private void AddEvents()
    {
        foreach (var section in _text.Sections.Where(s => s.Mark is "@event" or "@said"))
        {
            // @event FailedCreate ReplicaSet web-7d9c
            var subject = section.Word(2) is { } kind ? $"{kind} {section.Word(3) ?? _pod}" : $"Pod {_pod}";
            Add(section.Mark == "@event" ? EvidenceKind.Event : EvidenceKind.ContainerState, $"{section.Word(1)} on {Filled(subject)}", Said(section.Text));
        }

        if (Exit is not null && _kind is not ("Job" or "CronJob"))
        {
            Add(EvidenceKind.Event, $"BackOff on Pod {_pod}", Said(_cluster.BackOff(_container, _pod, _namespace, _uid)));
            Add(EvidenceKind.ContainerState, $"CrashLoopBackOff on Pod {_pod}", Said(BackOffState));
        }
    }

    private string BackOffState => $"back-off {(Exit?.Restarts > 5 ? "5m0s" : "40s")} restarting failed container={_container} pod={_pod}_{_namespace}({_uid})";

    private void AddStates()
    {
        if (Exit is { } exit)
        {
            var ended = new ContainerState { Terminated = Terminated(exit.Code, exit.Reason) };
            AddState(_container, _kind is "Job" or "CronJob"
                ? new ContainerStatus { RestartCount = 0, State = ended }
                : new ContainerStatus { RestartCount = exit.Restarts, State = new ContainerState { Waiting = new WaitingState { Reason = "CrashLoopBackOff", Message = BackOffState } }, LastState = ended });
        }

        foreach (var section in Sections("@state"))
        {
            AddState(section);
        }
    }

    // @state waiting ImagePullBackOff | @state running ×3 | @state ended 1 Error; in any of them: of istio-proxy
    private void AddState(CaseSection section)
    {
        var head = StateHead().Match(string.Join(' ', section.Head.Skip(1)));
        if (!head.Success)
        {
            throw Wrong("@state waiting Reason | running | ended 1 Error, then ×restarts and 'of container' as needed");
        }

        var text = section.Text.Length > 0 ? Filled(section.Text) : null;
        ContainerState state = head.Groups["waiting"].Success ? new() { Waiting = new WaitingState { Reason = head.Groups["waiting"].Value, Message = text } }
            : head.Groups["code"].Success ? new() { Terminated = Terminated(int.Parse(head.Groups["code"].Value, CultureInfo.InvariantCulture), head.Groups["reason"].Value, text) }
            : new() { Running = new RunningState { StartedAt = Now.AddMinutes(-7) } };
        ContainerState? last = head.Groups["last"].Success
            ? new() { Terminated = Terminated(int.Parse(head.Groups["last"].Value, CultureInfo.InvariantCulture), head.Groups["lastreason"].Value) }
            : null;
        var restarts = head.Groups["restarts"].Success ? int.Parse(head.Groups["restarts"].Value, CultureInfo.InvariantCulture) : last is null ? 0 : 1;
        AddState(head.Groups["of"].Success ? head.Groups["of"].Value : _container.Length > 0 ? _container : _workload, new ContainerStatus { RestartCount = restarts, State = state, LastState = last });
    }

    private void AddState(string container, ContainerStatus status)
    {
        status.Name = container;
        status.Image ??= _image;
        Add(EvidenceKind.ContainerState, $"State of container {container}", Redactor.Default.Redact(ContainerText.State(status).TrimEnd()), container);
    }

    private static TerminatedState Terminated(int code, string reason, string? message = null) =>
        new() { ExitCode = code, Reason = reason, Message = message, StartedAt = Now.AddSeconds(-31), FinishedAt = Now.AddSeconds(-12) };

    // @log | @log previous | @log of istio-proxy
    private void AddLogs()
    {
        foreach (var section in Sections("@log"))
        {
            var words = string.Join(' ', section.Head.Skip(1));
            var container = section.Head.SkipWhile(word => word != "of").Skip(1).FirstOrDefault() ?? (_container.Length > 0 ? _container : _workload);
            var current = _kind is "Job" or "CronJob" || Exit is null;
            var previous = words.Contains("previous", StringComparison.Ordinal) || (!current && !words.Contains("current", StringComparison.Ordinal));

            // ␛ is written for the character that begins a terminal's colours: no editor shows that.
            var log = EvidenceBuilder.Log(_pod, container, previous, Filled(section.Text).Replace('␛', '\x1b'), Now, Redactor.Default);
            _evidence.Add(new CaseEvidence(NextId, log.Kind, log.Title, log.Text, _pod, container, previous));
        }
    }

    private void AddSpec()
    {
        var said = Sections("@spec").FirstOrDefault()?.Text;
        if (!_hasPod)
        {
            return;
        }

        // Of the container what is not the pod's.
        var lines = (said ?? "requests: cpu=100m, memory=128Mi").Split('\n');
        var ofPod = lines.Where(line => PodLine().IsMatch(line)).ToList();
        var pull = lines.Any(line => line.StartsWith("image:", StringComparison.Ordinal)) ? [] : (string[])[$"  image: {_image} (pull policy IfNotPresent)"];
        string[] text = [$"container {(_container.Length > 0 ? _container : _workload)}", .. pull, .. lines.Except(ofPod).Select(line => line.StartsWith("container ", StringComparison.Ordinal) ? line : "  " + line), .. ofPod];
        Add(EvidenceKind.PodSpec, "What the pod asks for", Redactor.Default.Redact(Filled(string.Join('\n', text))), _container);
    }

    private void AddNode()
    {
        foreach (var section in Sections("@room"))
        {
            Add(EvidenceKind.NodeCondition, "Room on nodes", Filled(section.Text));
        }

        foreach (var section in Sections("@node"))
        {
            Add(EvidenceKind.NodeCondition, $"Node {section.Word(1) ?? _node}", Filled(section.Text));
        }

        if (!Sections("@node").Any() && _node is not null)
        {
            Add(EvidenceKind.NodeCondition, $"Node {_node}", _cluster.HealthyNode.ReplaceLineEndings("\n"));
        }
    }

    private void AddRollout()
    {
        foreach (var section in Sections("@rollout"))
        {
            Add(EvidenceKind.Rollout, $"Last rollouts of {_workload}", Filled(section.Text));
        }

        if (_kind == "Deployment" && !Sections("@rollout").Any())
        {
            Add(EvidenceKind.Rollout, $"Last rollouts of {_workload}", $"revision 3: {_workload}-{ClusterStyle.SetOf(_workload)}, created 2026-03-02T08:10:44Z, replicas 2 wanted 0 ready, image {_image}");
        }
    }

    private string Said(string text) => Texts.Cut(Redactor.Default.Redact(Filled(text)), Texts.LongestMessage);

    private string NextId => $"E{_evidence.Count + 1}";

    private void Add(EvidenceKind kind, string title, string text, string? container = null) =>
        _evidence.Add(new CaseEvidence(NextId, kind, title, text, kind is EvidenceKind.NodeCondition or EvidenceKind.Rollout || !_hasPod ? null : _pod, string.IsNullOrEmpty(container) ? null : container));

    private IEnumerable<CaseSection> Sections(string mark) => _text.Sections.Where(section => section.Mark == mark);

    private string? Header(string name) => _text.Headers.GetValueOrDefault(name);

    private string Filled(string text) => text
        .Replace("{{pod}}", _pod, StringComparison.Ordinal)
        .Replace("{{uid}}", _uid, StringComparison.Ordinal)
        .Replace("{{node}}", _node ?? "", StringComparison.Ordinal)
        .Replace("{{image}}", _image, StringComparison.Ordinal);

    private FormatException Wrong(string should) => new($"{_text.Id} (line {_text.Line}) should say '{should}'.");

    [GeneratedRegex(@"^(\w+) (\w+) ([\w.-]+)/([\w.-]+)$")]
    private static partial Regex IncidentHeader();

    [GeneratedRegex(@"^(\d+) (\w+)(?: ×(\d+))?$")]
    private static partial Regex ExitHeader();

    [GeneratedRegex(@"^(?:waiting (?<waiting>\w+)|running|ended (?<code>\d+) (?<reason>\w+))(?: after (?<last>\d+) (?<lastreason>\w+))?(?: ×(?<restarts>\d+))?(?: of (?<of>[\w.-]+))?$")]
    private static partial Regex StateHead();

    [GeneratedRegex(@"^(?:volume [\w.-]+ from |(?:node selector|affinity|tolerations): )")]
    private static partial Regex PodLine();
}
