namespace KubeMemory.Engines.Models;

/// <summary>A model of a connection string with what reaches it.</summary>
internal sealed record ServedModel(ModelConnection Connection, IModelServer Server, ModelEndpoint Endpoint);
