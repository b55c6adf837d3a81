using System.Collections;
using KubeMemory.Engines.Chroma;
using KubeMemory.Engines.Models;
using KubeMemory.Engines.Neo4j;
using KubeMemory.Engines.Postgres;
using KubeMemory.ServiceDefaults.Access;
using KubeMemory.Watcher;
using KubeMemory.Web.Api;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Xunit;

namespace KubeMemory.Tests.Deploy;

/// <summary>The environment that a deployment gives to our programs, held against what they read.</summary>
internal static class KnownSettings
{
    private static readonly string[] ConnectionStrings = ["postgres", "redis", "chroma", "neo4j", "chat", "embedding"];

    /// <summary>.NET's own, and what a connection string is put together of.</summary>
    private static readonly string[] Others = ["TMPDIR", "ASPNETCORE_URLS", "DOTNET_EnableDiagnostics", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "NEO4J_PASSWORD"];

    private static readonly string[] Watch =
        [WatcherOptions.InClusterKey, WatcherOptions.KubeconfigPathKey, WatcherOptions.ContextKey, WatcherOptions.NamespacesKey, WatcherOptions.WatchTimeoutKey];

    public static bool Contains(string name) =>
        Others.Contains(name) || Watch.Contains(name) || name.Split("__") switch
        {
            ["ConnectionStrings", var connection] => ConnectionStrings.Contains(connection),
            ["KubeMemory", "Access", .. var path] => Leads(typeof(AccessOptions), path),
            ["KubeMemory", .. var path] => Leads(typeof(DashboardOptions), path),
            _ => false,
        };

    /// <summary>Connection strings and namespaces, by the code that reads them.</summary>
    public static void CheckValues(IReadOnlyDictionary<string, string> environment)
    {
        var configuration = Configuration(environment);
        foreach (var name in ConnectionStrings)
        {
            if (configuration.GetConnectionString(name) is { Length: > 0 } connection)
            {
                Check(name, connection);
            }
        }

        var watch = new WatcherOptions();
        watch.Read(configuration);
        Assert.True(new WatcherOptionsValidator().Validate(null, watch).Succeeded);
    }

    /// <summary>Keys for an operator and a viewer and one for the services, each long enough.</summary>
    public static void CheckAccess(IReadOnlyDictionary<string, string> environment)
    {
        var access = Configuration(environment).GetSection(AccessOptions.Section).Get<AccessOptions>()!;

        Assert.Equal(AccessMode.ApiKey, access.Mode);
        Assert.Null(new AccessOptionsValidator(Options.Create(new AccessHostOptions { ServesPeople = true })).Validate(null, access).Failures);
        Assert.True(access.ServiceKey?.Length >= AccessOptions.ShortestKey);
        Assert.Equal([AccessRoles.Operator, AccessRoles.Viewer], access.Keys.Select(key => key.Role).Order());
        Assert.All(access.Keys, key => Assert.True(key.Key.Length >= AccessOptions.ShortestKey && key.Name.Length > 0));
    }

    private static IConfiguration Configuration(IReadOnlyDictionary<string, string> environment) =>
        new ConfigurationBuilder().AddInMemoryCollection(environment.Select(variable => KeyValuePair.Create(variable.Key.Replace("__", ":", StringComparison.Ordinal), (string?)variable.Value))).Build();

    private static void Check(string name, string connection)
    {
        switch (name)
        {
            case "postgres":
                PostgresConnectionString.Check(connection);
                break;
            case "redis":
                Assert.NotEmpty(ConfigurationOptions.Parse(connection).EndPoints);
                break;
            case "chroma":
                ChromaConnection.Parse(connection);
                break;
            case "neo4j":
                Neo4jConnection.Parse(connection);
                break;
            default:
                ModelConnection.Parse(name, connection);
                break;
        }
    }

    /// <summary>Keys, 0, Role: a property, an element of its list, a property of that.</summary>
    private static bool Leads(Type options, ReadOnlySpan<string> path)
    {
        if (path.IsEmpty)
        {
            return true;
        }

        if (options.IsAssignableTo(typeof(IEnumerable)) && options.IsGenericType)
        {
            return int.TryParse(path[0], out _) && Leads(options.GenericTypeArguments[0], path[1..]);
        }

        return options.GetProperty(path[0]) is { } property && Leads(property.PropertyType, path[1..]);
    }
}
