using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using KubeMemory.Api.Errors;
using KubeMemory.Api.OpenApi;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Streams;
using KubeMemory.ServiceDefaults.Access;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace KubeMemory.Api.DeadLetters;

/// <summary>What could not be dealt with, with the reason; and its second chance, once the reason is gone.</summary>
internal static class DeadLetterEndpoints
{
    private const int DefaultLimit = 25;
    private const int MaxLimit = 200;

    /// <summary>Of one payload: a list must stay readable.</summary>
    private const int MaxPayloadBytes = 64 * 1024;

    public static IEndpointRouteBuilder MapDeadLetters(this IEndpointRouteBuilder app)
    {
        var letters = app.MapGroup("/api/dead-letters").WithTags("dead-letters").RequireAuthorization(AccessPolicies.Viewer);
        letters.MapMethods("/", Reading.Methods, ListAsync)
            .WithName("ListDeadLetters")
            .WithSummary("Signals that could not be dealt with, and changes that an engine refused, newest first, with the reason.")
            .Produces<DeadLetterPage>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .AddOpenApiOperationTransformer((operation, _, _) =>
            {
                operation.Parameters = [Limit()];
                return Task.CompletedTask;
            });
        letters.MapPost("/{id}/replay", ReplayAsync)
            .WithName("ReplayDeadLetter")
            .RequireAuthorization(AccessPolicies.Operator)
            .WithSummary("Puts it back into its stream and forgets it; where it fails again it becomes a dead letter again, of another id.")
            .Produces(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound);
        return app;
    }

    private static async Task<IResult> ListAsync(HttpRequest request, ISignalStream stream, [FromServices] IOutbox outbox, CancellationToken cancellationToken)
    {
        var limit = DefaultLimit;
        if (request.Query.TryGetValue("limit", out var asked)
            && (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
        {
            return Problems.BadRequest($"limit '{asked}' makes no sense; use a number from 1 to {MaxLimit}.");
        }

        var signals = await stream.ListDeadLettersAsync(limit, cancellationToken);
        var changes = await outbox.ListDeadLettersAsync(limit, cancellationToken);
        var count = await stream.CountDeadLettersAsync(cancellationToken) + (await outbox.CountAsync(cancellationToken)).Sum(one => one.DeadLetters);
        return TypedResults.Ok(new DeadLetterPage(
            count, [.. signals.Select(Item).Concat(changes.Select(Item)).OrderByDescending(letter => letter.At).Take(limit)]));
    }

    private static async Task<IResult> ReplayAsync(string id, ISignalStream stream, [FromServices] IOutbox outbox, CancellationToken cancellationToken) =>
        await (Change(id) is var (projector, subject) ? outbox.ReplayAsync(projector, subject, cancellationToken) : stream.ReplayDeadLetterAsync(id, cancellationToken))
            ? TypedResults.Accepted((string?)null)
            : Problems.Result(StatusCodes.Status404NotFound, $"There is no dead letter {id}; GET /api/dead-letters lists those that there are.");

    private static DeadLetterItem Item(DeadLetter letter) =>
        new(letter.Id, letter.Topic, letter.Group, letter.Reason, letter.At, Text(letter.Payload.Span), letter.Payload.Length);

    private static DeadLetterItem Item(OutboxDeadLetter letter)
    {
        var payload = string.Create(CultureInfo.InvariantCulture, $$"""{"subject":{{letter.Subject}}}""");
        return new(string.Create(CultureInfo.InvariantCulture, $"{letter.Projector}-{letter.Subject}"), "outbox", letter.Projector, letter.Reason, letter.At, payload, payload.Length);
    }

    /// <summary><c>vectors-42</c>; null where it is the id of a signal.</summary>
    private static (string Projector, long Subject)? Change(string id)
    {
        var dash = id.LastIndexOf('-');
        return dash > 0 && char.IsAsciiLetter(id[0]) && long.TryParse(id.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var subject)
            ? (id[..dash], subject)
            : null;
    }

    private static string Text(ReadOnlySpan<byte> payload)
    {
        if (payload.Length > MaxPayloadBytes)
        {
            // Not in the middle of a character: its other bytes begin with 10.
            var end = MaxPayloadBytes;
            while (end > MaxPayloadBytes - 4 && (payload[end] & 0b1100_0000) == 0b1000_0000)
            {
                end--;
            }

            payload = payload[..end];
        }

        return Encoding.UTF8.GetString(payload);
    }

    private static OpenApiParameter Limit() => new()
    {
        Name = "limit",
        In = ParameterLocation.Query,
        Description = "How many at most.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = $"{MaxLimit}", Default = JsonValue.Create(DefaultLimit) },
    };
}
