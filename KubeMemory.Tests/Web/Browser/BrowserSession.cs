using System.Collections.Concurrent;
using Microsoft.Playwright;
using Xunit;

namespace KubeMemory.Tests.Web.Browser;

/// <summary>One browser profile with one page.</summary>
public sealed class BrowserSession : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    internal BrowserSession(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        // Patience costs only those tests that fail.
        page.SetDefaultTimeout(60_000);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                Complaints.Enqueue($"{message.Type}: {message.Text}");
            }
        };
        page.PageError += (_, error) => Complaints.Enqueue("page error: " + error);
        page.Dialog += (_, dialog) =>
        {
            Complaints.Enqueue("dialog: " + dialog.Message);
            _ = dialog.DismissAsync();
        };
        page.Request += (_, request) => Requests.Enqueue(request.Url);
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, unhandled errors, dialogs.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Opens an address and waits until the page's circuit stands.</summary>
    public async Task GoAsync(string address)
    {
        await Page.GotoAsync(address);
        await InteractiveAsync();
    }

    /// <summary>By the link of the console; the page stays where it is.</summary>
    public async Task SignInAsync(Uri link)
    {
        var answer = await _context.APIRequest.GetAsync(link.AbsoluteUri, new() { MaxRedirects = 0 });
        Assert.Equal(303, answer.Status);
        Assert.DoesNotContain("login", answer.Headers["location"], StringComparison.Ordinal);
    }

    public async Task InteractiveAsync() => await Page.WaitForFunctionAsync("() => document.querySelector('[data-interactive]') !== null");

    public ILocator At(string testId) => Page.GetByTestId(testId);

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
