using System.Security.Cryptography;
using KubeMemory.Core.Contracts;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KubeMemory.Engines.KeyRing;

/// <summary>
/// Until the ring has been read once, nobody can sign in and no page can be protected. After that what was read serves, whatever becomes of
/// where it is kept. Asking is what reads it again after a failure.
/// </summary>
internal sealed class KeyRingHealthCheck(IDataProtectionProvider protection) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            // It reads synchronously, for as long as a connection takes.
            await Task.Run(() => protection.CreateProtector("health").Protect([]), cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy();
        }
        catch (CryptographicException fault)
        {
            return HealthCheckResult.Unhealthy((fault.InnerException as EngineUnavailableException ?? fault.InnerException ?? fault).Message);
        }
    }
}
