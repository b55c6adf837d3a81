using KubeMemory.Core.Analysis;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Fixes;
using KubeMemory.Core.Memory;
using KubeMemory.Engines;

namespace KubeMemory.Api.Analysis;

/// <summary>Retrieve → correlate → recommend, its queue and what is read of it.</summary>
public static class AnalysisRegistration
{
    /// <summary>Beside <c>AddIngest</c>: the worker. Needs the incident store; memory, graph, fixes and a model are used where they are.</summary>
    public static IServiceCollection AddAnalyses(this IServiceCollection services)
    {
        services.AddHostedService<AnalysisWorker>();
        return services;
    }

    /// <summary>What is asked, without the worker: for the API.</summary>
    internal static IServiceCollection AddAnalysis(this IServiceCollection services)
    {
        services.AddSingleton(provider => AnalysisSettings.Read(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton(Diagnoser.Default);
        services.AddSingleton(provider => new Retrieve(provider.GetService<ISimilarCases>(), provider.GetService<IFixes>()));
        services.AddSingleton(provider => new Correlate(provider.GetService<ICorrelations>()));
        services.AddSingleton<AnalysisPipeline>();
        services.AddSingleton<RunningAnalyses>();
        services.AddSingleton<AnalysisFeed>();
        services.AddSingleton<AnalysisProjector>();
        services.AddSingleton<AnalysisRunner>();
        services.AddSingleton<AnalysisReader>();
        services.AddSingleton<AgentsStatusReader>();
        services.AddSingleton<RunbookReader>();
        return services;
    }
}
