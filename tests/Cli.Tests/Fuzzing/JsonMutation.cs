using System.Text;
using System.Text.Json;
using MiniGan.Tensors;

namespace MiniGan.Tests.Cli.Fuzzing;

/// <summary>
/// Damages JSON so that it mostly stays JSON: other values, names and nesting, parts twice or not at all, and JSON within strings.
/// </summary>
internal static class JsonMutation
{
    private static readonly string[] Numbers =
    [
        "0", "1", "-1", "2", "3", "4", "5", "10", "26", "64", "255", "256", "1.5", "0.999", "1e9", "1e39", "1e999", "-0.0", "65536",
        "2147483647", "2147483648", "4294967296", "9223372036854775807",
        "9223372036854775808", "99999999999999999999999",
    ];

    private static readonly string[] Values =
    [
        .. Numbers, "null", "true", "false", "\"\"", "\"x\"", "\"1\"", "\"NaN\"", "\"\\ud800\"", "\"\\u001b[31m\\u202e\"", "\"\\u0000\"",
        "[]", "[1]", "[[1]]", "[1,1,1,1]", "[2,2]", "[2000000000]", "[40000,40000]",
        "[-1]", "[0,0,0,0]", "[10000,10000,10000,10000]", "{}", "{\"a\":1,\"a\":2}", "\"same\"", "\"valid\"", "\"none\"",
        "\"spectral\"", "\"tf-tutorial\"",
    ];

    /// <summary>One to three damages of a text; a text that is no JSON any more stays as it is.</summary>
    public static string Of(string json, RandomSource random)
    {
        for (int change = random.NextInt(3); change >= 0; change--)
        {
            json = Damage(json, random);
        }

        return json;
    }

    private static string Damage(string json, RandomSource random)
    {
        byte[] text = Encoding.UTF8.GetBytes(json);
        if (PartsOf(text) is not { Count: > 0 } parts)
        {
            return json;
        }

        string TextOf((int Start, int End, bool IsName) part) => Encoding.UTF8.GetString(text, part.Start, part.End - part.Start);
        (int Start, int End, bool IsName)[] quoted = [.. parts.Where(part =>
            !part.IsName && text[part.Start] == '"' && text[part.Start + 1] is (byte)'{' or (byte)'[')];
        bool inner = quoted.Length > 0 && random.NextInt(2) == 0;
        (int Start, int End, bool IsName) chosen = inner ? quoted[random.NextInt(quoted.Length)] : parts[random.NextInt(parts.Count)],
            another = parts[random.NextInt(parts.Count)];
        string before = Encoding.UTF8.GetString(text, 0, chosen.Start), part = TextOf(chosen), other = TextOf(another),
            after = Encoding.UTF8.GetString(text, chosen.End, text.Length - chosen.End);
        if (chosen.IsName)
        {
            return before + (another.IsName && random.NextInt(2) == 0 ? other : "\"\\u001bname\"") + after;
        }

        if (inner)
        {
            return before + Quoted(part, random) + after;
        }

        bool isNumber = char.IsAsciiDigit(part[0]) || part[0] == '-';
        return before + random.NextInt(12) switch
        {
            0 => other,
            1 => part + "," + part, // an item twice, or no JSON
            2 => "[" + part + "]",
            3 => string.Concat(Enumerable.Repeat("[", 1 + random.NextInt(100))) + part,
            4 => "", // an item less, or no JSON
            5 when part[0] == '"' => $"\"{new string('x', 1 + random.NextInt(1000))}\\u009b{part[1..]}",
            6 => Values[random.NextInt(Values.Length)],
            _ when isNumber => Numbers[random.NextInt(Numbers.Length)],
            _ => Values[random.NextInt(Values.Length)],
        } + after;
    }

    /// <summary>A string that holds JSON, damaged as such.</summary>
    private static string Quoted(string part, RandomSource random)
    {
        try
        {
            return JsonSerializer.Serialize(Of(JsonSerializer.Deserialize<string>(part)!, random));
        }
        catch (JsonException)
        {
            return part;
        }
    }

    /// <summary>Where its names and values are, objects and arrays among them.</summary>
    private static List<(int Start, int End, bool IsName)>? PartsOf(byte[] text)
    {
        var parts = new List<(int Start, int End, bool IsName)>();
        var open = new Stack<int>();
        var reader = new Utf8JsonReader(text);
        try
        {
            while (reader.Read())
            {
                int start = (int)reader.TokenStartIndex, end = (int)reader.BytesConsumed;
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject or JsonTokenType.StartArray: open.Push(start); break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray: parts.Add((open.Pop(), end, false)); break;
                    case JsonTokenType.PropertyName: parts.Add((start, start + 2 + reader.ValueSpan.Length, true)); break;
                    default: parts.Add((start, end, false)); break;
                }
            }

            return parts;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
