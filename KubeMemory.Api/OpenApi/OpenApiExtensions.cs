using KubeMemory.ServiceDefaults.Access;
using Microsoft.OpenApi;

namespace KubeMemory.Api.OpenApi;

/// <summary>The document at <c>/openapi/v1.json</c>: what the endpoints say of themselves, and what holds for all of them.</summary>
internal static class OpenApiExtensions
{
    private const string Problem = "application/problem+json";

    public static IServiceCollection AddOpenApiDocument(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "KubeMemory";
            document.Info.Description = "Incidents of Kubernetes clusters. Every error is problem details (RFC 9457) with one sentence in detail.";
            foreach (var path in document.Paths.Values)
            {
                // Says nothing that get does not say.
                path.Operations?.Remove(HttpMethod.Head);
                foreach (var (method, operation) in path.Operations?.AsEnumerable() ?? [])
                {
                    AddRefusal(operation, method);
                }
            }

            AddKey(document);

            AddHealth(document);
            return Task.CompletedTask;
        });
    });

    private static void AddRefusal(OpenApiOperation operation, HttpMethod method)
    {
        operation.Responses ??= [];
        operation.Responses.TryAdd("401", Answer("Nobody known asks: no key or token, or a wrong one.", Problem));
        operation.Responses.TryAdd("403", Answer("The request comes from a foreign page or names a foreign host, or the caller's role is not enough.", Problem));
        if (!AccessRules.OnlyReads(method.Method))
        {
            operation.Responses.TryAdd("429", Answer("The caller has made too many changes within a minute; Retry-After says how long to wait.", Problem));
        }

        operation.Responses.TryAdd("500", Answer("A fault of KubeMemory's own.", Problem));
    }

    private static void AddKey(OpenApiDocument document)
    {
        const string Key = "key";
        const string Token = "token";
        document.Components ??= new();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Key] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = AccessHeaders.Key, Description = "A key." },
            [Token] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A token of the identity provider, or a key." },
        };
        document.Security =
        [
            new() { [new OpenApiSecuritySchemeReference(Key, document)] = [] },
            new() { [new OpenApiSecuritySchemeReference(Token, document)] = [] },
        ];
    }

    // Health checks are mapped without a description of their own.
    private static void AddHealth(OpenApiDocument document)
    {
        document.Paths.Add("/health", Check("GetHealth", "Ready: KubeMemory's own engines answer. How the watch does is status."));
        document.Paths.Add("/alive", Check("GetAlive", "The process answers."));
    }

    private static OpenApiPathItem Check(string id, string summary) => new()
    {
        Operations = new()
        {
            [HttpMethod.Get] = new()
            {
                OperationId = id,
                Summary = summary,
                Tags = new HashSet<OpenApiTagReference> { new("status") },
                // For everybody.
                Security = [],
                Responses = new()
                {
                    ["200"] = Answer("It is.", "application/json"),
                    ["503"] = Answer("It is not; checks say what and why.", "application/json"),
                },
            },
        },
    };

    private static OpenApiResponse Answer(string description, string contentType) => new()
    {
        Description = description,
        Content = new Dictionary<string, OpenApiMediaType> { [contentType] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.Object } } },
    };
}
