namespace KubeMemory.Core.Diagnosis.Kubernetes.Start;

internal static class NoCommand
{
    public static FailureSignature Instance { get; } = new()
    {
        Id = "no-command",
        Title = "Neither the image nor the pod says what to run",
        Area = SignatureArea.Start,
        Types = Starting.Types,
        Clues = [Clue.Event("(?i)no command specified|no (?:entrypoint|command)[^\\n]*(?:specified|set)|args must not be empty")],
        Specificity = 76,
        Verdict = Verdict.Confirmed,
        Cause = "The image {image} has no entrypoint, and the container gives no command.",
        Thing = "image",
        Steps = [Step.Template, Step.Edit("Give the container a command, or deploy the image that was meant: a base image or one built FROM scratch has none.")],
        Prevention = ["Set ENTRYPOINT in every image that is deployed."],
        Documentation = Page.Of("tasks/inject-data-application/define-command-argument-container/"),
        Samples = [Example.Config("Error: failed to generate container \"5ab1\" spec: failed to generate spec: no command specified", "registry.example.com/shop/web:1.4.2"), Example.Start("Error response from daemon: No command specified", "registry.example.com/shop/web:1.4.2")],
        NearMisses = [Example.Start("Error: exec: \"no-command\": executable file not found in $PATH")],
    };
}
