using KubeMemory.Core.Diagnosis.Processes.Configuration;
using KubeMemory.Core.Diagnosis.Processes.Crash;
using KubeMemory.Core.Diagnosis.Processes.Dependencies;
using KubeMemory.Core.Diagnosis.Processes.Files;
using KubeMemory.Core.Diagnosis.Processes.Memory;
using KubeMemory.Core.Diagnosis.Processes.Probes;

namespace KubeMemory.Core.Diagnosis.Processes;

/// <summary>What the process says, or how it ended: crashes, dependencies, probes.</summary>
internal static class ProcessSignatures
{
    public static IReadOnlyList<FailureSignature> All { get; } =
    [
        ConfigurationInvalid.Signature,
        LicenceInvalid.Signature,
        SettingInvalid.Signature,
        SettingMissing.Signature,
        UnknownFlag.Signature,
        VariableNotSet.Signature,

        Aborted.Signature,
        CommandNotExecutable.Signature,
        CommandNotFound.Signature,
        EndsAtOnce.Signature,
        IllegalInstruction.Signature,
        KilledByLiveness.Signature,
        KilledFromOutside.Signature,
        PortInUse.Signature,
        PrivilegedPort.Signature,
        SegmentationFault.Signature,
        Terminated.Signature,
        ThreadsExhausted.Signature,

        ApiForbidden.Signature,
        CertificateExpired.Signature,
        CertificateNotTrusted.Signature,
        CertificateOfOtherHost.Signature,
        ConnectionRefused.Signature,
        ConnectionReset.Signature,
        ConnectionTimedOut.Signature,
        CredentialsNotFound.Signature,
        CloudAccessDenied.Signature,
        DatabaseNotFound.Signature,
        DependencyNotReady.Signature,
        DependencyOverloaded.Signature,
        DependencyUnreachable.Signature,
        HostNotResolved.Signature,
        HostUnreachable.Signature,
        LeaderLeaseLost.Signature,
        LoginRefused.Signature,
        MigrationFailed.Signature,
        RemoteObjectNotFound.Signature,
        SchemaOutOfDate.Signature,
        TlsNotSpoken.Signature,

        DataCorrupt.Signature,
        DataFolderNotEmpty.Signature,
        DataLocked.Signature,
        DataOfOtherVersion.Signature,
        DiskFull.Signature,
        FileNotFound.Signature,
        FilePermissionDenied.Signature,
        InterpreterMissing.Signature,
        KernelSettingTooLow.Signature,
        LibraryNotFound.Signature,
        ModuleNotFound.Signature,
        OtherArchitecture.Signature,
        ReadOnlyFileSystem.Signature,
        RuntimeVersionTooOld.Signature,
        TooManyOpenFiles.Signature,

        AllocationFailed.Signature,
        JavaOutOfMemory.Signature,
        MemoryLimitExceeded.Signature,
        NodeHeapOutOfMemory.Signature,
        NodeOutOfMemory.Signature,

        ProbeCommandFailed.Signature,
        ProbeCommandMissing.Signature,
        ProbeConnectionBroken.Signature,
        ProbeGrpcMissing.Signature,
        ProbeGrpcNotServing.Signature,
        ProbeNotFound.Signature,
        ProbeRefused.Signature,
        ProbeServerError.Signature,
        ProbeTimedOut.Signature,
        ProbeTlsMismatch.Signature,
        ProbeWrongPort.Signature,
        SlowStart.Signature,
    ];
}
