using KubeMemory.Core.Contracts;

namespace KubeMemory.Engines.Redis;

internal sealed class RedisProbe(RedisConnection redis) : IEngineProbe
{
    public string Port => EnginePorts.Signals;

    public Task AskAsync(CancellationToken cancellationToken) => redis.AskAsync(database => database.PingAsync(), cancellationToken);
}
