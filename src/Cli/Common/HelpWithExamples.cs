using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MiniGan.Cli.Common;

/// <summary>The help that the library prints, and below it the command's examples.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    /// <summary>
    /// In fewer columns the library finds no room for a word, and does not end or fails; the terminal breaks the lines then.
    /// </summary>
    private const int FewestColumns = 40;

    private readonly HelpAction help;

    /// <summary>Wraps the library's help.</summary>
    public HelpWithExamples(HelpAction help)
    {
        this.help = help;
        help.MaxWidth = Math.Max(FewestColumns, help.MaxWidth);
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int result = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is ExampleCommand command)
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (string example in command.Examples)
            {
                output.WriteLine($"  {example}");
            }
        }

        return result;
    }
}
