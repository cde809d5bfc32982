using System.CommandLine;
using MiniGan.Cli.Common;
using MiniGan.Models;
using MiniGan.Recipes;
using MiniGan.Runs.Folders;
using MiniGan.TorchSharp;

namespace MiniGan.Cli.Train;

/// <summary><c>train --layers</c>: the same GAN with hand-written or with TorchSharp's convolutions.</summary>
internal static class LayersOption
{
    private const string Custom = "custom", BuiltIn = "built-in";

    /// <summary>The option.</summary>
    public static Option<string> Layers { get; } = Make();

    /// <summary>Whether TorchSharp's layers were asked for.</summary>
    /// <exception cref="UserException">The recipe needs the hand-written ones.</exception>
    /// <exception cref="PlatformNotSupportedException">TorchSharp's native library cannot be loaded.</exception>
    public static bool AreBuiltIn(ParseResult parsed, Recipe recipe)
    {
        if (parsed.GetValue(Layers) != BuiltIn)
        {
            return false;
        }

        TorchRuntime.Load();
        return recipe.Penalty == PenaltyKind.None && recipe.DiscriminatorNormalization != NormalizationKind.Spectral
            ? true
            : throw new UserException(
                "--layers built-in: a gradient penalty and spectral normalisation need the hand-written layers. Take those, or a recipe " +
                "with neither, as dcgan is.");
    }

    /// <summary>Whose convolutions, as <c>config.json</c> has it.</summary>
    public static string NameOf(bool builtIn) => builtIn ? nameof(BuiltInLayers) : RunSpecification.CustomLayers;

    private static Option<string> Make()
    {
        var option = new Option<string>("--layers")
        {
            Description =
                "Whose convolutions: the hand-written ones, or TorchSharp's built-in ones, for the presets dcgan, lsgan and tf-tutorial.",
            DefaultValueFactory = _ => Custom,
            HelpName = $"{Custom}|{BuiltIn}",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.Tokens[0].Value is not (Custom or BuiltIn))
            {
                result.AddError($"--layers must be {Custom} or {BuiltIn}, but is '{result.Tokens[0].Value}'");
            }
        });
        return option;
    }
}
