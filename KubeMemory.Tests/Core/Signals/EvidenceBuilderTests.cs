using System.Text;
using System.Text.Json;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Redaction;
using KubeMemory.Core.Signals;
using Xunit;

namespace KubeMemory.Tests.Core.Signals;

public sealed class EvidenceBuilderTests
{
    private static readonly DateTimeOffset T0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Log_LongerThanAllowed_KeepsItsLastLines()
    {
        var text = string.Join('\n', Enumerable.Range(1, 300).Select(i => $"line {i}")) + "\n";

        var item = EvidenceBuilder.Log("api-1", "api", previous: true, text, T0, Redactor.Default);

        var lines = item.Text.Split('\n');
        Assert.Equal((200, "line 101", "line 300"), (lines.Length, lines[0], lines[^1]));
        Assert.True(item.Previous);
        Assert.Equal("log|api-1|api|previous", item.Key);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("ж")]
    [InlineData("line of text\n")]
    public void Log_LargerThanAllowed_IsCutToItsEndAtACharacter(string unit)
    {
        var text = new StringBuilder().Insert(0, unit, 100_000).Append("\nlast words").ToString();

        var item = EvidenceBuilder.Log("api-1", "api", previous: false, text, T0, Redactor.Default);

        Assert.InRange(Encoding.UTF8.GetByteCount(item.Text), 1, EvidenceBuilder.MaxBytes);
        Assert.EndsWith("last words", item.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\ufffd', item.Text);
    }

    [Fact]
    public void Log_Secret_IsRedactedBeforeItIsCut()
    {
        var key = string.Concat(Enumerable.Repeat("MIIEowIBAAKCAQEA0123456789abcdefghijklmnopqrstuvwxyzABCDEFGH+/==\n", 300));

        var item = EvidenceBuilder.Log("api-1", "api", previous: false, $"-----BEGIN PRIVATE KEY-----\n{key}-----END PRIVATE KEY-----\ndone", T0, Redactor.Default);

        Assert.DoesNotContain("MIIE", item.Text, StringComparison.Ordinal);
        Assert.EndsWith("done", item.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void PodSpec_Environment_KeepsPlainValuesAndHidesSecrets()
    {
        var pod = new KubePod
        {
            Metadata = new() { Name = "api-1", Namespace = "shop" },
            Spec = new()
            {
                Containers =
                [
                    new()
                    {
                        Name = "api",
                        Image = "shop/api:1",
                        Command = ["/api", "--token", "abc123"],
                        Resources = new() { Limits = new() { ["memory"] = "64Mi" } },
                        Env = JsonElement.Parse("""
                            [{"name":"MODE","value":"prod"},{"name":"DB_PASSWORD","value":"two words"},{"name":"DB_URL","value":"postgres://shop:hunter2@db/shop"},
                             {"name":"API_TOKEN","valueFrom":{"secretKeyRef":{"name":"api","key":"token"}}}]
                            """),
                    },
                ],
            },
        };

        var text = EvidenceBuilder.PodSpec(pod, "api", T0, Redactor.Default)!.Text;

        Assert.Contains("MODE=\"prod\"", text, StringComparison.Ordinal);
        Assert.Contains("DB_PASSWORD=\"[redacted]\"", text, StringComparison.Ordinal);
        Assert.Contains("postgres://shop:[redacted]@db/shop", text, StringComparison.Ordinal);
        Assert.Contains("API_TOKEN from key token of secret api", text, StringComparison.Ordinal);
        Assert.Contains("limits: memory=64Mi", text, StringComparison.Ordinal);
        Assert.DoesNotContain("abc123", text, StringComparison.Ordinal);
        Assert.Null(EvidenceBuilder.PodSpec(pod, "other", T0, Redactor.Default));
    }

    [Fact]
    public void ContainerStates_Crashed_TellHowItEnded()
    {
        var pod = new KubePod
        {
            Metadata = new() { Name = "api-1" },
            Status = new()
            {
                InitContainerStatuses = [new() { Name = "migrate" }],
                ContainerStatuses =
                [
                    new()
                    {
                        Name = "api",
                        RestartCount = 5,
                        Image = "shop/api:1",
                        State = new() { Waiting = new() { Reason = "CrashLoopBackOff", Message = "back-off 2m40s" } },
                        LastState = new() { Terminated = new() { ExitCode = 1, Reason = "Error", Message = "password=hunter2 refused", FinishedAt = T0 } },
                    },
                ],
            },
        };

        var item = Assert.Single(EvidenceBuilder.ContainerStates(pod, "api", T0, Redactor.Default));

        Assert.Contains("restarts: 5", item.Text, StringComparison.Ordinal);
        Assert.Contains("now: waiting, CrashLoopBackOff: back-off 2m40s", item.Text, StringComparison.Ordinal);
        Assert.Contains("exit code 1, reason Error", item.Text, StringComparison.Ordinal);
        Assert.Contains("password=[redacted] refused", item.Text, StringComparison.Ordinal);
        Assert.Equal(2, EvidenceBuilder.ContainerStates(pod, null, T0, Redactor.Default).Count);
    }

    [Fact]
    public void Rollout_SevenReplicaSets_TellsTheLastFiveNewestFirst()
    {
        var sets = Enumerable.Range(1, 7).Select(i => new KubeWorkload
        {
            Kind = "ReplicaSet",
            Metadata = new()
            {
                Name = $"api-{i}",
                Namespace = "shop",
                CreationTimestamp = T0.AddHours(-i),
                Annotations = new() { ["deployment.kubernetes.io/revision"] = $"{i}" },
                OwnerReferences = [new() { Kind = "Deployment", Name = "api", Controller = true }],
            },
            Spec = new() { Replicas = 1, Template = new() { Spec = new() { Containers = [new() { Image = $"shop/api:{i}" }] } } },
        }).ToList();

        var lines = EvidenceBuilder.Rollout(new("shop", "Deployment", "api"), sets, T0, Redactor.Default)!.Text.Split('\n');

        Assert.Equal(5, lines.Length);
        Assert.StartsWith("revision 7: api-7, created 2025-12-31T17:00:00Z, replicas 1 wanted 0 ready, image shop/api:7", lines[0], StringComparison.Ordinal);
        Assert.Null(EvidenceBuilder.Rollout(new("shop", "Deployment", "web"), sets, T0, Redactor.Default));
    }

    [Fact]
    public void Node_Trouble_ComesFirst()
    {
        var node = new KubeNode
        {
            Metadata = new() { Name = "n1" },
            Spec = new() { Unschedulable = true, Taints = [new() { Key = "dedicated", Value = "gpu", Effect = "NoSchedule" }] },
            Status = new() { Conditions = [new() { Type = "Ready", Status = "True" }, new() { Type = "DiskPressure", Status = "True", Reason = "KubeletHasDiskPressure", LastTransitionTime = T0 }] },
        };

        var text = EvidenceBuilder.Node(node, T0, Redactor.Default).Text;

        Assert.StartsWith("DiskPressure: True since 2026-01-01T00:00:00Z (KubeletHasDiskPressure)", text, StringComparison.Ordinal);
        Assert.Contains("taint: dedicated=gpu:NoSchedule", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_WhatAndWhy_IsOneSentence() =>
        Assert.Equal(
            "The previous log of api in api-1 could not be read: previous terminated container \"api\" not found.",
            EvidenceBuilder.Missing("the previous log of api in api-1", "previous terminated container \"api\" not found\n", Redactor.Default));
}
