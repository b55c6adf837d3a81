using KubeMemory.Core.Memory;

namespace KubeMemory.Engines.Relational;

/// <summary>Where the two databases need other words for the same thing.</summary>
internal abstract class SqlDialect
{
    /// <summary>That the column is one of an array, bound as the parameter of this number.</summary>
    public abstract string In(string column, int parameter);

    /// <summary>Ends a selection of rows that this transaction takes and others pass over; nothing where there is one writer.</summary>
    public abstract string SkipLocked { get; }

    /// <summary>Ends a selection of rows that nobody may delete until the end of the transaction, though change; nothing where there is one writer.</summary>
    public abstract string KeyShare { get; }

    /// <summary>
    /// That incident <c>i</c> has the word in its names, description or signature, in its evidence, or in what was recorded on it.
    /// </summary>
    /// <param name="word">As typed, without spaces.</param>
    /// <param name="parameter">Binds a value and gives its name, like <c>$3</c>.</param>
    public abstract string HasWord(string word, Func<object?, string> parameter);

    /// <summary>
    /// The places in which a word begins so, as a selection of <c>incident_id</c> and <c>number</c>, the newest first where that costs nothing; null
    /// where the index of the place cannot tell.
    /// </summary>
    /// <param name="word">Letters and digits.</param>
    /// <param name="counts">Of an expression for an incident's id the condition that it counts, with AND before it; may be empty.</param>
    public abstract string? WordIn(WordPlace place, string word, Func<object?, string> parameter, Func<string, string> counts, int max);
}
