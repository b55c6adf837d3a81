using KubeMemory.Core.Classification;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Redaction;

namespace KubeMemory.Core.Signals;

/// <summary>Redacts and classifies, and remembers both by the text that it read. Thread-safe.</summary>
internal sealed class FailureReader(Redactor redactor, int remembered)
{
    // Kubernetes takes no longer reason than 128 characters and no longer message than 1,024, but clients and captures are not all so.
    private const int LongestReason = 256;
    private const int LongestRead = 16 * Texts.LongestMessage;
    private const int LongestRemembered = Texts.LongestMessage;

    private readonly BoundedCache<(string Reason, string Message), FailureReading?> _readings = new(remembered);
    private readonly BoundedCache<string, string> _causes = new(remembered);
    private readonly BoundedCache<(IncidentType Type, string Cause), string> _signatures = new(remembered);

    /// <summary>Null: normal life.</summary>
    public FailureReading? Read(string reason, string message)
    {
        (reason, message) = (Bounded(reason, LongestReason), Bounded(message, LongestRead));
        if (message.Length > LongestRemembered)
        {
            return Understand(reason, message);
        }

        if (_readings.TryGet((reason, message), out var reading))
        {
            return reading;
        }

        reading = Understand(reason, message);
        _readings.Set((reason, message), reading);
        return reading;
    }

    /// <summary>Why, normalised: from the text, or from the container's state where the text only says that it fails.</summary>
    public string CauseOf(FailureFacts facts)
    {
        var classified = facts.Reading.Classified;
        if (facts.Type == IncidentType.OOMKilled)
        {
            return "memory limit exceeded";
        }

        if (!classified.IsGeneric || facts.Status is not { } status)
        {
            return classified.Cause;
        }

        if (status.State?.Waiting is { Message: { Length: > 0 } waiting, Reason: { } reason }
            && reason != "CrashLoopBackOff"
            && Read(reason, waiting) is { Classified: { IsGeneric: false } why }
            && why.Type.Family() == classified.Type.Family())
        {
            return why.Cause;
        }

        if (classified.Type.Family() != FailureFamily.StartAndCrash || facts.Ended is not { ExitCode: not 0 } ended)
        {
            return classified.Cause;
        }

        return ended is { Reason: "StartError" or "ContainerCannotRun", Message: { Length: > 0 } said } ? Normalised(said) : $"exit code {ended.ExitCode}";
    }

    public string SignatureOf(IncidentType type, string cause)
    {
        if (!_signatures.TryGet((type, cause), out var signature))
        {
            signature = $"{type}: {cause}";
            _signatures.Set((type, cause), signature);
        }

        return signature;
    }

    private FailureReading? Understand(string reason, string message)
    {
        var said = Texts.Cut(redactor.Redact(message), Texts.LongestMessage);
        reason = redactor.Redact(reason);
        var classified = FailureClassifier.Classify(reason, said);
        return classified is null ? null : new FailureReading(reason, said, classified);
    }

    // At a space, so that no secret is cut in two and passes for something else.
    private static string Bounded(string text, int length) =>
        text.Length <= length ? text : text[..(text.LastIndexOf(' ', length) is > 0 and var space ? space : length)];

    private string Normalised(string text)
    {
        text = Bounded(text, LongestRead);
        if (text.Length > LongestRemembered)
        {
            return CauseText.Normalise(MessageParts.CauseOf(Texts.Cut(redactor.Redact(text), Texts.LongestMessage)));
        }

        if (!_causes.TryGet(text, out var cause))
        {
            cause = CauseText.Normalise(MessageParts.CauseOf(redactor.Redact(text)));
            _causes.Set(text, cause);
        }

        return cause;
    }
}
