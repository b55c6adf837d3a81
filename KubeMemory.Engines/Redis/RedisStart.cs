using KubeMemory.Engines.Startup;

namespace KubeMemory.Engines.Redis;

internal sealed class RedisStart(RedisConnection redis) : IEngineStart
{
    public string Name => redis.Name;

    /// <exception cref="NotSupportedException">It is too old: the scripts would fail half-way into the work.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Scripts learn the version since version 7. INFO says it too, and is forbidden to many users.
        if ((int)await redis.RunAsync("return redis.REDIS_VERSION_NUM and 1 or 0", [], [], cancellationToken).ConfigureAwait(false) == 0)
        {
            throw new NotSupportedException("it is older than version 7, which KubeMemory needs");
        }
    }
}
