using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace KubeMemory.Web.SignIn;

/// <summary>
/// Who a page or its circuit belongs to. A circuit outlives the request that it began with: whoever asks gets the answer of this moment,
/// and the page itself hears of a sign-in that has ended within <see cref="Interval"/>.
/// </summary>
internal sealed partial class CircuitAuthentication : ServerAuthenticationStateProvider, IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private static readonly ClaimsPrincipal Nobody = new(new ClaimsIdentity());

    private readonly SignInDesk _desk;
    private readonly ILogger<CircuitAuthentication> _logger;
    private readonly ITimer _timer;
    private volatile Task<AuthenticationState>? _given;

    public CircuitAuthentication(SignInDesk desk, TimeProvider time, ILogger<CircuitAuthentication> logger)
    {
        (_desk, _logger) = (desk, logger);
        AuthenticationStateChanged += Given;
        _timer = time.CreateTimer(_ => _ = LookAgainAsync(), null, Interval, Interval);
    }

    public override async Task<AuthenticationState> GetAuthenticationStateAsync() => Renewed(await base.GetAuthenticationStateAsync());

    /// <summary>Who it is, at this moment.</summary>
    public async Task<Person> PersonAsync() => _desk.PersonOf((await GetAuthenticationStateAsync()).User);

    public void Dispose()
    {
        AuthenticationStateChanged -= Given;
        _timer.Dispose();
    }

    private void Given(Task<AuthenticationState> state) => _given = state;

    private async Task LookAgainAsync()
    {
        try
        {
            if (_given is { } given && await given is var state && Renewed(state) is var now && !ReferenceEquals(now, state))
            {
                SetAuthenticationState(Task.FromResult(now));
            }
        }
        catch (Exception e)
        {
            // The next look comes in a minute, and every action looks for itself.
            Log.NotLooked(_logger, e);
        }
    }

    private AuthenticationState Renewed(AuthenticationState state)
    {
        if (SignInTicket.ProofOf(state.User) is null)
        {
            return state;
        }

        var user = _desk.Renewed(state.User) ?? Nobody;
        return ReferenceEquals(user, state.User) ? state : new AuthenticationState(user);
    }

    private static partial class Log
    {
        [LoggerMessage(35, LogLevel.Error, "Whether a sign-in still holds could not be found out")]
        public static partial void NotLooked(ILogger logger, Exception exception);
    }
}
