using KubeMemory.Tests.Engines.Contracts;
using KubeMemory.Tests.Engines.Servers;

namespace KubeMemory.Tests.Engines.Redis;

public sealed class RedisStreamTests(RedisFixture redis) : StreamContract
{
    protected override async Task<StreamSet> OpenAsync() => await RedisSet.OpenAsync(await redis.NewDatabaseAsync());
}
