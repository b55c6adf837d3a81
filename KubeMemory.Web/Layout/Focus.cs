using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace KubeMemory.Web.Layout;

internal static class Focus
{
    /// <summary>Moves the keyboard's focus there; where the element or the whole page has gone meanwhile, nobody misses it.</summary>
    public static async Task TryFocusAsync(this ElementReference element, bool preventScroll = false)
    {
        try
        {
            await element.FocusAsync(preventScroll);
        }
        catch (Exception e) when (e is JSException or JSDisconnectedException or TaskCanceledException)
        {
            // It has gone.
        }
    }
}
