using KubeMemory.Core.Contracts;

namespace KubeMemory.Engines.Models;

/// <summary>Whether a model can be asked now: its endpoint answers and has it. Past the breaker, which only knows what was.</summary>
internal sealed class ModelProbe(ServedModel model, IModelStatus status) : IEngineProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public string Port => model.Connection.Port;

    public async Task AskAsync(CancellationToken cancellationToken)
    {
        var name = model.Connection.Model;
        if (!await model.Endpoint.AskAsync(Patience, token => model.Server.HasAsync(name, token), cancellationToken).ConfigureAwait(false))
        {
            var sentence = status.List().FirstOrDefault(s => s.Port == Port)?.Sentence;
            throw new InvalidOperationException($"{model.Endpoint.Engine} does not have the model {name} yet. {sentence}".TrimEnd());
        }
    }
}
