using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using MiniGan.Files;
using MiniGan.Runs;
using MiniGan.Runs.Views;
using Spectre.Console;

namespace MiniGan.Cli.Common;

/// <summary>What all commands share: bad input is one line on standard error and exit code 2, never a stack trace.</summary>
internal static class CommandLine
{
    /// <summary>Exit code of a command that did what it was told.</summary>
    public const int Success = 0;

    /// <summary>Exit code of a command that failed at its task, though its input was good.</summary>
    public const int Failed = 1;

    /// <summary>Exit code after bad input.</summary>
    public const int BadInput = 2;

    /// <summary>Exit code after Ctrl-C, the shell's convention.</summary>
    public const int Interrupted = 130;

    private static readonly Option<bool> Verbose =
        new("--verbose") { Description = "When something fails, also print where in the program.", Recursive = true };

    /// <summary>Parses and runs.</summary>
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var output = new GuardedWriter(Console.Out);
        Console.SetOut(output);
        Console.SetError(new GuardedWriter(Console.Error));
        CancellationToken cancelled = Interruption.Listen();
        if (Console.IsOutputRedirected)
        {
            // A file has no colours, and no edge to wrap at.
            AnsiConsole.Profile.Capabilities.Ansi = false;
            AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
            AnsiConsole.Profile.Width = 240;
        }

        root.Add(Verbose);
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        bool verbose = args.Contains(Verbose.Name); // also where it cannot be parsed
        // on another thread
        AppDomain.CurrentDomain.UnhandledException += (_, failure) => Environment.Exit(Fail((Exception)failure.ExceptionObject, verbose));
        try
        {
            int code = await RunAsync(root.Parse(args), cancelled);
            return code == Success && output.Problem is string problem
                ? Fail(
                    $"standard output cannot be written ({problem}). What the command prints is lost, or a part of it; files " +
                    "that it wrote are whole.",
                    Failed)
                : code;
        }
        catch (Exception exception)
        {
            return Fail(exception, verbose);
        }
    }

    /// <summary>Prints a line on standard output in which there may be names of files or of data.</summary>
    public static void Print(string line) => Console.WriteLine(Printable.Text(line));

    /// <summary>
    /// As <see cref="Print"/>, but broken between words where a terminal is too narrow; not for lines with commands, which are to be copied
    /// whole.
    /// </summary>
    public static void PrintWrapped(string line)
    {
        if (Console.IsOutputRedirected)
        {
            Print(line);
            return;
        }

        AnsiConsole.Write(new Text(Printable.Text(line)));
        AnsiConsole.WriteLine();
    }

    /// <summary>Makes an option whose value is a number in a range.</summary>
    public static Option<T?> InRange<T>(string name, string description, T minimum, T maximum)
        where T : struct, IComparable<T>, INumberBase<T> => new(name)
        {
            Description = description,
            HelpName = "NUMBER",
            CustomParser = argument => TryParse(argument.Tokens.Single().Value, minimum, maximum, out T value)
                ? value
                : Refuse(argument, name, minimum, maximum, (T?)null),
        };

    /// <summary>Makes an option whose value is one of an enumeration's names, in kebab-case.</summary>
    public static Option<T?> Choice<T>(string name, string description)
        where T : struct, Enum
    {
        Dictionary<string, T> choices = Enum.GetValues<T>().ToDictionary(value => JsonNamingPolicy.KebabCaseLower.ConvertName($"{value}"));
        return new(name)
        {
            Description = description,
            HelpName = string.Join('|', choices.Keys),
            CustomParser = argument =>
            {
                if (choices.TryGetValue(argument.Tokens.Single().Value, out T value))
                {
                    return value;
                }

                argument.AddError(NoChoice(name, argument.Tokens[0].Value, [.. choices.Keys]));
                return null;
            },
        };
    }

    /// <summary>Makes an option whose value is one of some words.</summary>
    public static Option<string?> OneOf(string name, string description, params string[] words) => new(name)
    {
        Description = description,
        HelpName = string.Join('|', words),
        CustomParser = argument =>
        {
            string word = argument.Tokens.Single().Value;
            if (words.Contains(word))
            {
                return word;
            }

            argument.AddError(NoChoice(name, word, words));
            return null;
        },
    };

    /// <summary>Makes an option whose values, one or more, are numbers in a range; none if it is not given.</summary>
    public static Option<T[]> InRangeList<T>(string name, string description, T minimum, T maximum)
        where T : struct, IComparable<T>, INumberBase<T> => new(name)
        {
            Description = description,
            HelpName = "NUMBER...",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
            CustomParser = argument =>
            {
                var values = new List<T>();
                foreach (Token token in argument.Tokens)
                {
                    if (!TryParse(token.Value, minimum, maximum, out T value))
                    {
                        return Refuse(argument, name, minimum, maximum, (T[]?)null, token.Value);
                    }

                    values.Add(value);
                }

                return [.. values];
            },
        };

    /// <summary>Makes an option whose value is a path; an empty one, as a variable that is not set gives it, is refused.</summary>
    public static Option<string?> PathOption(string name, string description, string helpName)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = helpName };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
            {
                result.AddError($"{name} must not be empty");
            }
        });
        return option;
    }

    /// <summary>Makes the argument of a run, which need not be given.</summary>
    /// <param name="description">What it is for.</param>
    /// <param name="otherwise">How to find it, and what is taken if it is not given.</param>
    public static Argument<string?> Run(
        string description, string otherwise = "its folder, or its name in runs/. [default: the newest in runs/]")
    {
        var argument = new Argument<string?>("RUN")
        {
            Description = $"{description}: {otherwise}",
            Arity = ArgumentArity.ZeroOrOne,
        };
        argument.Validators.Add(result =>
        {
            // An option that is not known looks like a run to the parser.
            if (result.Parent is CommandResult command && result.Tokens.FirstOrDefault(IsOption) is Token option)
            {
                result.AddError(Unknown(option.Value, command.Command));
            }
        });
        return argument;
    }

    /// <summary>Makes the option of a seed.</summary>
    public static Option<ulong?> Seed(string description) =>
        InRange("--seed", $"{description} [default: 1]", ulong.MinValue, ulong.MaxValue);

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancelled)
    {
        if (parsed.Action is ParseErrorAction)
        {
            string path = string.Join(' ', PathTo(parsed.CommandResult).Reverse());
            // An option that is not known may have been taken for an argument: it is named before what follows it.
            string? unknown =
                parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(result => result.Tokens).FirstOrDefault(IsOption)?.Value
                ?? (parsed.UnmatchedTokens.Count == 0
                    ? null
                    : parsed.Tokens.FirstOrDefault(token => token.Type == TokenType.Argument && IsOption(token))?.Value
                        ?? parsed.UnmatchedTokens[0]);
            string problem = unknown is not null ? Unknown(unknown, parsed.CommandResult.Command) : parsed.Errors[0].Message.TrimEnd('.');
            return Fail($"{problem}{(problem.EndsWith('?') ? "" : ".")} See '{path} --help'.");
        }

        // Without a timeout the library leaves the signals alone: it would give up at the second.
        return await parsed.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancelled);
    }

    private static bool IsOption(Token token) => token.Value.StartsWith("--", StringComparison.Ordinal);

    private static bool TryParse<T>(string text, T minimum, T maximum, out T value)
        where T : struct, IComparable<T>, INumberBase<T> =>
        T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) &&
        value.CompareTo(minimum) >= 0 &&
        value.CompareTo(maximum) <= 0;

    private static TResult Refuse<T, TResult>(ArgumentResult argument, string name, T minimum, T maximum, TResult none, string? text = null)
    {
        argument.AddError($"{name} must be a number from {minimum} to {maximum}, but is '{text ?? argument.Tokens[0].Value}'");
        return none;
    }

    private static string NoChoice(string name, string given, string[] words) =>
        $"{name} must be {string.Join(", ", words.SkipLast(1))} or {words[^1]}, but is '{given}'" +
        (NearestWord.Of(given, words) is string near ? $"; did you mean {near}?" : "");

    /// <summary>The words that lead to a command, the last first.</summary>
    private static IEnumerable<string> PathTo(SymbolResult? result)
    {
        for (; result is CommandResult command; result = command.Parent)
        {
            yield return command.Command is RootCommand ? "minigan" : command.Command.Name;
        }
    }

    private static string Unknown(string word, Command command)
    {
        string? near = NearestWord.Of(
            word, command.Options.Select(option => option.Name).Concat(command.Subcommands.Select(child => child.Name)));
        return $"'{word}' is neither a command nor an option here{(near is null ? "" : $"; did you mean {near}?")}";
    }

    /// <summary>Prints what went wrong, in one line on standard error.</summary>
    /// <returns>The exit code.</returns>
    public static int Fail(string message, int exitCode = BadInput)
    {
        Console.Error.WriteLine($"minigan: {Printable.Message(message)}");
        return exitCode;
    }

    private static int Fail(Exception exception, bool verbose)
    {
        if (exception is OperationCanceledException && Interruption.Listen().IsCancellationRequested)
        {
            return Interrupted;
        }

        if (verbose)
        {
            Console.Error.WriteLine(exception);
        }

        (string line, int exitCode) = Explain(exception);
        return Fail(line, exitCode);
    }

    /// <summary>What to tell of a failure, in a line, and the exit code.</summary>
    public static (string Line, int ExitCode) Explain(Exception exception) => exception switch
    {
        OutOfMemoryException => ("there is not enough memory. Give smaller sizes.", BadInput),
        UserException or RunException or IOException or UnauthorizedAccessException
            or PlatformNotSupportedException or NotFiniteNumberException =>
            (exception.Message, BadInput),
        _ => (
            $"this should not have happened: {exception.GetType().Name}: {exception.Message} Please open an issue in the repository that " +
            "MiniGan came from, with this command and what it prints with --verbose.",
            Failed),
    };
}
