using System.Net;
using Xunit;

namespace KubeMemory.Tests.Api.Status;

public sealed class HealthTests
{
    [Fact]
    public async Task Health_OfABrokenFile_Is503AndSaysWhich()
    {
        var api = await StoreHost.StartAsync(TimeProvider.System);
        try
        {
            Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Get, "/health")).Response.StatusCode);
            foreach (var file in (string[])[api.DatabaseFile, $"{api.DatabaseFile}-wal"])
            {
                await File.WriteAllTextAsync(file, new string('x', 400_000), TestContext.Current.CancellationToken);
            }

            var (response, body) = await api.SendAsync(HttpMethod.Get, "/health");
            var status = await api.GetAsync("/api/status");

            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Contains("incidents (SQLite)", body!.ToJsonString(), StringComparison.Ordinal);
            Assert.All(status["engines"]!.AsArray(), engine => Assert.False((bool)engine!["healthy"]!));
            Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Get, "/alive")).Response.StatusCode);
        }
        finally
        {
            // Its engines cannot write back what they have.
            await Record.ExceptionAsync(() => api.DisposeAsync().AsTask());
        }
    }
}
