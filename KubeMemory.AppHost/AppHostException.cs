namespace KubeMemory.AppHost;

/// <summary>Something that the user can put right; the message is one sentence that says what is wrong and what to do.</summary>
internal sealed class AppHostException(string message) : Exception(message);
