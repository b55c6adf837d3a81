namespace KubeMemory.Standalone.Import;

/// <summary>Says how far an import is: in place on a terminal, else one line a stage.</summary>
internal sealed class ImportProgress(TextWriter output, bool inPlace)
{
    private string _stage = "";
    private int _width;

    /// <param name="text">The stage, and after a colon how far it is.</param>
    public void Say(string text)
    {
        if (inPlace)
        {
            output.Write($"\r{text.PadRight(_width)}");
            _width = text.Length;
            return;
        }

        var stage = text.Split(':', 2)[0];
        if (stage != _stage)
        {
            output.WriteLine($"{stage} …");
            _stage = stage;
        }
    }

    public void Done()
    {
        if (inPlace && _width > 0)
        {
            output.Write($"\r{new string(' ', _width)}\r");
        }
    }
}
