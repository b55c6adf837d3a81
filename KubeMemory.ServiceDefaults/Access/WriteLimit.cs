using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace KubeMemory.ServiceDefaults.Access;

/// <summary>Changes of one caller: <see cref="AccessOptions.WritesPerMinute"/> at once, and as many every minute. Reading is not limited.</summary>
internal sealed class WriteLimit(IOptions<AccessOptions> options) : IConfigureOptions<RateLimiterOptions>
{
    public void Configure(RateLimiterOptions limiter)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(Partition);
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.OnRejected = async (context, _) =>
        {
            Refusal.RetryAfter(context.HttpContext, context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1));
            await Refusal.WriteAsync(
                context.HttpContext,
                StatusCodes.Status429TooManyRequests,
                $"More than {options.Value.WritesPerMinute} changes a minute are not taken of one caller; wait as long as Retry-After says, or raise {AccessOptions.Section}:{nameof(AccessOptions.WritesPerMinute)}.");
        };
    }

    private RateLimitPartition<string> Partition(HttpContext context)
    {
        if (AccessRules.OnlyReads(context.Request.Method))
        {
            return RateLimitPartition.GetNoLimiter("");
        }

        var writes = options.Value.WritesPerMinute;
        var caller = context.User.Identity?.Name is { } name ? $"user {name}" : $"address {context.Connection.RemoteIpAddress}";
        return RateLimitPartition.GetTokenBucketLimiter(caller, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = writes,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) / writes,
            QueueLimit = 0,
        });
    }
}
