using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Fixes;
using KubeMemory.Core.Incidents;

namespace KubeMemory.Api.Analysis;

/// <summary>Analyses as people read them: each as of the incident that is asked for, though it may have been made for another of its key.</summary>
internal sealed class AnalysisReader(IAnalyses analyses, IIncidentReader incidents, Diagnoser diagnoser, RunningAnalyses running, IFixes? fixes = null)
{
    /// <summary>Null where there is no such incident.</summary>
    public async Task<AnalysisView?> ReadAsync(long incidentId, CancellationToken cancellationToken)
    {
        if (await analyses.GetAsync(incidentId, cancellationToken).ConfigureAwait(false) is not { } view)
        {
            return null;
        }

        if (view.Result is { } result && result.IncidentId != incidentId)
        {
            if (await incidents.GetAsync(incidentId, cancellationToken).ConfigureAwait(false) is not { } incident)
            {
                return null;
            }

            var guidance = fixes is null ? FixGuidance.None : await fixes.GuidanceAsync(incidentId, result.SignatureId, [], cancellationToken).ConfigureAwait(false);
            view = view with { Result = ResultForIncident.Of(result, incident, diagnoser, guidance) };
        }

        return view.State == AnalysisState.Running && running.DraftOf(incidentId) is { } draft ? view with { Draft = draft } : view;
    }
}
