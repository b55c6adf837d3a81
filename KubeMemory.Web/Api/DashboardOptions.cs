using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace KubeMemory.Web.Api;

/// <summary>The dashboard's settings, section <c>KubeMemory</c>.</summary>
internal sealed class DashboardOptions
{
    public const string Section = "KubeMemory";

    /// <summary>The API's address, absolute http or https. Default: <c>http://api</c>, which service discovery resolves.</summary>
    [Required]
    public Uri ApiAddress { get; set; } = new("http://api");

    /// <summary>How long one request to the API may take. Default 10 s, 1 s to 2 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan ApiTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the status strip is read while somebody looks. Default 5 s, 1 s to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan StatusInterval { get; set; } = TimeSpan.FromSeconds(5);
}

[OptionsValidator]
internal sealed partial class DashboardOptionsDataValidator : IValidateOptions<DashboardOptions>;

/// <summary>What data annotations cannot say.</summary>
internal sealed class DashboardOptionsValidator : IValidateOptions<DashboardOptions>
{
    public ValidateOptionsResult Validate(string? name, DashboardOptions options) =>
        options.ApiAddress is { IsAbsoluteUri: true, Scheme: "http" or "https" }
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"KubeMemory:ApiAddress must be an absolute http or https address; it is '{options.ApiAddress}'.");
}
