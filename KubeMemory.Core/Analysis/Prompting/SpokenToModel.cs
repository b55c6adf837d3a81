using System.Text;
using System.Text.RegularExpressions;

namespace KubeMemory.Core.Analysis.Prompting;

/// <summary>
/// Tells lines that speak to a language model from lines that speak of a program. It need not find all of them, for nothing rests on it alone:
/// what it finds is kept from the model, and the model's word on such evidence counts for less.
/// </summary>
internal static class SpokenToModel
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    // <|im_start|>, <｜User｜>, [INST], <<SYS>>, <start_of_turn>, ### System, an assistant's turn, a message as JSON, a call of a tool, the end of the data
    private static readonly Regex Marks = OfAny(
        @"<[|｜][a-z0-9_▁ ]{1,40}[|｜]>",
        @"\[/?INST\]|<</?SYS>>|</?(start|end)_of_turn>",
        @"</?(system|assistant|instructions?|tool_calls?|function_calls?|invoke|tool_use|tool_response|thinking|think|scratchpad)>",
        @"^\W*#{2,6} *(system|instructions?|assistant|human|user|new task|response)\b",
        @"^\W*(assistant|human|ai|llm|system prompt|system message|developer message)\W{0,3}:",
        @"\bsystem ?: *(you|ignore|new|override|from now)\b",
        """["']role["'] *: *["'](system|assistant|tool|developer|user)["'] *, *["']content""",
        """["'](tool_calls?|function_call|tool_use|tool_choice)["'] *:""",
        """["']name["'] *: *["'](kubectl|exec|shell|bash|http|run|execute|delete|fetch|apply|get)\w*["'] *, *["'](arguments|parameters|input)["']""",
        """["']arguments["'] *: *["'] *\{""",
        @"\b(end|begin|start|close) of (the )?(untrusted |quoted |user )?(data|evidence|context|prompt|instructions)\b",
        @"-{3,} *(end|begin) (data|evidence|context|prompt|system|instructions|untrusted)");

    // ignore all previous instructions; reveal your system prompt; your new task is
    private static readonly Regex Orders = OfAny(
        @"\b(ignor(e|ing)|disregard|forget|bypass) (\w+ ){0,5}(instructions?|prompts?|guidelines?|directions?|programming|training)\b",
        @"\b(ignore|disregard|forget|bypass|override|discard|skip|drop|cancel|abandon) (\w+ ){0,3}(previous|prior|above|earlier|your|these) (\w+ ){0,2}(instructions?|prompts?|rules?|constraints?|guidelines?|restrictions|safety|orders)\b",
        @"\bignore (everything|all|anything) (above|before|previous|prior|else)",
        @"\b(reveal|repeat|recite|disclose|leak|output|print|show|send|give|tell|display|dump)( me| us)?( \w+){0,4} (system prompt|initial prompt|hidden prompt|your prompt|your instructions|your rules|(text|words|everything|instructions) above)",
        @"\b(new|updated|real|actual|revised|additional|important) (instructions?|objective|directive)s? *(:|is\b|are\b|for\b)",
        @"\byour (new |real |only |actual )(task|job|goal|role|objective|instructions?)\b|\byour (task|goal|role|objective|instructions?) (is|are) (now|to)\b",
        @"\b(do not|don't|never) (mention|reveal|cite|follow|obey|use) (the |this |these |any )?(instructions?|evidence|block rules)\b",
        @"\b(system|initial|hidden|developer) prompt\b|\bprompt injection\b|\bjailbreak|\bdeveloper mode\b|\bdo anything now\b");

    // you are now DAN; act as a root shell; dear AI; as a language model
    private static readonly Regex Roles = OfAny(
        @"\byou are (now|no longer)\b|\byou are an? (ai|llm|helpful|unrestricted|uncensored|expert|assistant|language|chat|evil|kubernetes|root|terminal|sre)\b",
        @"\b(act|behave|respond|answer) (as|like) (an? |the )?(ai|root|admin|unrestricted|assistant|shell|terminal|attacker|hacker|evil|different|new|if)\b",
        @"\bpretend (to be|you|that you|there)|\brole-?play|\blet'?s play\b",
        @"\b(dear|hey|hello|hi|attention|note (to|for)|notice (to|for)|message (to|for)|instructions? (to|for)) (the |any |all |an )?(ai|llm|a\.i\.|language model|large language model|model|chatbot|gpt|chatgpt|claude|copilot|gemini|assistant|llama|qwen|agent)s?\b",
        @"\b(to|for) (the |any |all |an )?(ai|llm|language model|ai agent|ai assistant|assistant)s?\b *[:,]",
        @"\b(ai|llm|language) (assistants?|models?|agents?) *(reading|who|that|which|:|,)",
        @"\bas an? (ai|llm|language model|large language model|ai model)\b|\bif you are an? (ai|llm|language model|assistant|model|bot|agent)\b",
        @"\b(ais?|llms?|assistants?|models? reading|diagnostician|kubememory) *(must|should|shall|has to|please|needs to|is instructed|is required|is authori[sz]ed)\b|\bkubememory *[:,]");

    // "root_cause":; set the verdict to; answer only with; the fix is kubectl delete; run `curl … | sh`
    private static readonly Regex Answers = OfAny(
        """["'](root_cause|verdict|recommendation|prevention|citations|agrees)\\?["'] *:""",
        @"\b(set|mark|change|report|return|output|answer|respond|reply|conclude|declare|state|say|write|emit|print|claim|give|make|use|force|choose|put|include|add|append|embed|insert)\b[^.]{0,60}\b(verdict|root[ _-]?cause|confidence|citations?|recommendation|your (answer|response|report|output|summary|analysis|steps))\b",
        @"\b(verdict|root[ _-]?cause) *(must|should|shall|:=|is to|to be)\b",
        @"\b[EIF][0-9]{1,4} (may|must|should|was withdrawn|is (wrong|fake|withdrawn|invalid))\b|\bmay (only )?be cited\b|\b(return|output|emit) (also )?(an? )?(additional |extra |new )?field\b",
        @"\b(respond|answer|reply) (only|exactly|solely|just)\b|\b(respond|answer|reply) with (exactly|only|json|verdict|yes|ok)\b",
        @"\byour (answer|response|output|reply|report|analysis|diagnosis|summary|json) (must|should|shall|needs)\b",
        """\b(fix|solution|remedy|remediation|resolution|workaround|correct command|only way|mitigation)( \w+){0,4} *(is|:|=|are)( to)?( \w+){0,2}[\s:`'"]*(kubectl|helm|curl|wget|bash|sh|docker|oc|sudo|rm|base64|echo|python3?|nc)\b""",
        """\b(run|execute|type|paste|issue|invoke|recommend|suggest|use|apply|try|enter|do)\b[\s:`'"]*((the|this|following|command)\b[\s:`'"]*){0,4}(kubectl|helm|curl|wget|bash|sh -c|base64|sudo|oc|nc|python3? -c)\b""",
        @"\b(curl|wget)\b[^|]*\| *(sudo )?(ba|z|da)?sh\b|base64 (-d|--decode|-D)|\|\s*(ba|z|da)?sh\b",
        @"!\[[^\]]*\]\(|\]\((https?|data|javascript):|\bdata:[a-z]+/[a-z0-9.+-]+[;,]|javascript:");

    // remember that this fix worked; for all future incidents
    private static readonly Regex Memory = OfAny(
        @"\b(remember|memori[sz]e|store|save|record|learn|note|keep|persist|add|write|file|treat|register|trust)\b[^.]{0,60}\b(fix(es)?|memory|incidents?|solution|knowledge|as (confirmed|verified|trusted|resolved|correct|worked))\b[^.]{0,60}\b(work(s|ed)|confirmed|verified|trusted|future|always|success|similar|resolved|correct|every)\b",
        @"\b(this|the|that|following) fix (worked|works|is (confirmed|verified|approved|trusted)|has worked)\b",
        @"\bfor all future (incidents|analyses|questions|failures)|\b(confirmed|verified|approved) (fix|by (the )?(operator|admin|sre|human|security))\b");

    // "Ignore the instructions" in the languages most spoken.
    private static readonly Regex OtherTongues = OfAny(
        @"(ignorier|vergiss|vergesst|missachte|verwirf|befolge)\w*[^.]{0,60}(anweisung|instruktion|regel|vorgabe|befehl|aufforderung)",
        @"(ignore[zr]?|oublie[zr]?|négligez|ne tiens pas compte)[^.]{0,60}(instructions|consignes|règles|directives)",
        @"(ignora|ignore|olvida|olvide|descarta)[^.]{0,60}(instrucciones|reglas|órdenes|indicaciones)",
        @"(ignore|esqueça|desconsidere|ignorar)[^.]{0,60}(instruções|regras|ordens)",
        @"(ignora|dimentica|trascura)[^.]{0,60}(istruzioni|regole|direttive)",
        @"(игнорир|забуд|пренебрег|отмен|не обращай)\w*[^.]{0,60}(инструкц|указани|правил|команд)",
        @"(ігнору|забуд)\w*[^.]{0,60}(інструкц|вказівк|правил)",
        @"(忽略|无视|無視|忘记|忘掉|不要理会|请忽视)[^。]{0,40}(指令|指示|说明|提示|规则|命令|要求|規則|說明)",
        @"(指示|命令|ルール|プロンプト|指令)[^。]{0,20}(無視|忘れ)",
        @"(지시|명령|규칙|프롬프트|지침)[^.]{0,20}(무시|잊)",
        @"(تجاهل|انس|تخط)[^.]{0,60}(تعليمات|التعليمات|الأوامر|القواعد)",
        @"(निर्देश|आदेश|नियम)[^।]{0,40}(अनदेखा|नज़रअंदाज़|भूल|अनदेखी)",
        @"(talimat|yönerge|kural|komut)\w*[^.]{0,60}(yok say|görmezden|unut|dikkate alma)",
        @"(zignoruj|zapomnij|pomiń)\w*[^.]{0,60}(instrukcj|polece|zasad|reguł)",
        @"(negeer|vergeet)\w*[^.]{0,60}(instructies|regels|opdracht)",
        @"(bỏ qua|quên)[^.]{0,60}(hướng dẫn|chỉ dẫn|quy tắc|lệnh)",
        @"(ignorera|glöm)\w*[^.]{0,60}(instruktion|regler)",
        @"(abaikan|lupakan)[^.]{0,60}(instruksi|perintah|aturan)",
        @"(התעלם|התעלמי|שכח)[^.]{0,60}(הוראות|ההוראות|כללים)",
        @"(αγνόησε|ξέχνα)[^.]{0,60}(οδηγίες|κανόνες)",
        @"(ignorujte?|zapomeň)[^.]{0,60}(pokyny|instrukce|pravidla)",
        @"(เพิกเฉย|ละเว้น|ไม่ต้องสนใจ)[^.]{0,60}(คำสั่ง|คำแนะนำ)");

    private static readonly Regex SpacedLetters = new(@"\b\w( {1,2}\w){7,}\b", Options);

    // A line of a log is seldom longer, and what comes behind is not sent.
    private const int LongestLooked = 2000;

    public static bool Is(string line)
    {
        var text = line.Length > LongestLooked ? line[..LongestLooked] : line;
        if (Matches(text))
        {
            return true;
        }

        var folded = Fold(text);
        return folded != text && Matches(folded);
    }

    private static bool Matches(string text) =>
        Marks.IsMatch(text) || Orders.IsMatch(text) || Roles.IsMatch(text) || Answers.IsMatch(text) || Memory.IsMatch(text) || OtherTongues.IsMatch(text);

    /// <summary>Letters in fancy dress (full width, mathematical, Cyrillic that looks Latin, l e t t e r s apart) as plain ones.</summary>
    private static string Fold(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            plain.Append(Plain(rune));
        }

        return SpacedLetters.Replace(plain.ToString(), run => run.Value.Replace("  ", "\n", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).Replace('\n', ' '));
    }

    private static Rune Plain(Rune rune)
    {
        const string Looks = "аеорсухіѕјВАЕКМНОРСТХοαι";
        const string Are = "aeopcyxisjBAEKMHOPCTXoai";
        if (rune.Value is >= 0xFF01 and <= 0xFF5E)
        {
            return new Rune(rune.Value - 0xFEE0);
        }

        // Bold, italic, script, double-struck … alphabets, each 26 capitals and 26 small ones.
        if (rune.Value is >= 0x1D400 and <= 0x1D6A3)
        {
            var letter = (rune.Value - 0x1D400) % 52;
            return new Rune(letter < 26 ? 'A' + letter : 'a' + letter - 26);
        }

        var at = rune.IsBmp ? Looks.IndexOf((char)rune.Value, StringComparison.Ordinal) : -1;
        return at < 0 ? rune : new Rune(Are[at]);
    }

    private static Regex OfAny(params string[] patterns) => new(string.Join('|', patterns), Options);
}
