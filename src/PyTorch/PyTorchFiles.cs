using System.Globalization;
using MiniGan.Data;
using MiniGan.Files;
using MiniGan.Modules;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;
using static MiniGan.PyTorch.Python;

namespace MiniGan.PyTorch;

/// <summary>
/// Writes networks as a folder that runs in PyTorch alone: <c>model.py</c>, plain <c>torch.nn</c> modules with the names of the networks'
/// state; <c>checkpoint.safetensors</c>, their weights; <c>train.py</c>, a start to train on there.
/// </summary>
/// <example>
/// <code>
/// PyTorchFiles.Write("torch", gan);
/// </code>
/// </example>
public static class PyTorchFiles
{
    /// <summary>Writes the files; those of their names are replaced, others stay.</summary>
    /// <param name="folder">Where; made if it is not there.</param>
    /// <param name="gan">The networks.</param>
    /// <param name="options">How; null for networks without a recipe.</param>
    /// <exception cref="ArgumentException">A module has no translation; then nothing is written.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be written.</exception>
    public static void Write(string folder, Gan gan, PyTorchOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(gan);
        options ??= new();
        string model = Model(gan, options);
        Settle(gan);
        GanCheckpoint.Save(Path.Combine(folder, "checkpoint.safetensors"), gan, options.Step, metadata: options.Recipe?.Metadata);
        AtomicFile.WriteText(Path.Combine(folder, "model.py"), model);
        AtomicFile.WriteText(Path.Combine(folder, "train.py"), Training(options.Recipe));
    }

    /// <summary>The text of <c>model.py</c>.</summary>
    internal static string Model(Gan gan, PyTorchOptions options)
    {
        var source = new PyTorchSource(options.Translations ?? PyTorchTranslations.Default);
        string labels = gan.Classes > 0 ? ", labels: [N], from 0" : "";
        ImageShape image = gan.ImageShape;
        string images = $"[N, {image.Channels}, {image.Height}, {image.Width}]";
        string generator = Function(
            source, "generator", gan.Generator, new Shape(1, gan.LatentSize),
            $"z: [N, {gan.LatentSize}], normal{labels} -> images: {images} in [-1, 1].");
        string discriminator = Function(
            source, "discriminator", gan.Discriminator, image.Batch(1),
            $"images: {images} in [-1, 1]{labels} -> how real they look, as logits.");
        return $""""
            """Two networks that MiniGan trained{About(options)}, in PyTorch.

                python3 model.py        writes samples.pgm

            Weights have the names of MiniGan's; load() reads a checkpoint, save() writes one that MiniGan reads.
            """
            import json
            import os
            import struct

            import torch
            from torch import nn
            {(source.HasSpectralNorm ? "from torch.nn.utils import spectral_norm\n" : "")}
            LATENT, CLASSES, IMAGE = {gan.LatentSize}, {gan.Classes}, ({image.Channels}, {image.Height}, {image.Width})
            CHECKPOINT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "checkpoint.safetensors")


            {source.Definitions()}{generator}


            {discriminator}


            {PyTorchSource.Resource("io.py")}

            {PyTorchSource.Resource("main.py")}
            """".ReplaceLineEndings("\n");
    }

    private static string About(PyTorchOptions options) =>
        (options.Recipe is Recipe recipe ? $" (recipe {recipe.PresetName})" : "") +
        (options.Step > 0 ? string.Create(CultureInfo.InvariantCulture, $" for {options.Step:N0} steps") : "");

    private static string Function(PyTorchSource source, string name, Module network, Shape input, string about)
    {
        string expression = source.Translate(name, network, ref input).Replace("\n", "\n    ", StringComparison.Ordinal);
        return $""""
            def build_{name}():
                """{about}"""
                return {expression}
            """";
    }

    /// <summary>The text of <c>train.py</c>.</summary>
    internal static string Training(Recipe? recipe)
    {
        recipe ??= Recipe.For(Preset.Dcgan);
        string penalty = recipe.Penalty switch { PenaltyKind.R1 => "\"r1\"", PenaltyKind.WganGp => "\"wgan-gp\"", _ => "None" };
        string loss = recipe.Loss switch
        {
            LossKind.LeastSquares => "least-squares",
            LossKind.Hinge => "hinge",
            LossKind.Wasserstein => "wasserstein",
            _ => "cross-entropy",
        };
        string labels = recipe.Labels is LabelSet set ? string.Join(", ", Enumerable.Range(0, set.Count).Select(i => set[i])) : "";
        string code = PyTorchSource.Resource("train.py");
        string settings = $"""
            LOSS, DISCRIMINATOR_STEPS, BATCH = "{loss}", {recipe.DiscriminatorSteps}, {recipe.BatchSize}
            PENALTY, PENALTY_WEIGHT, PENALTY_INTERVAL = {penalty}, {Number(recipe.PenaltyWeight)}, {recipe.PenaltyInterval}
            RATE, DISCRIMINATOR_RATE = {Number(recipe.LearningRate)}, {Number(recipe.DiscriminatorLearningRate ?? recipe.LearningRate)}
            BETAS, AVERAGE = ({Number(recipe.Beta1)}, {Number(recipe.Beta2)}), {Number(recipe.AverageDecay)}
            REAL_TARGET, DECAYS = {Number(recipe.RealTarget)}, {(recipe.DecaySteps > 0 ? "True" : "False")}
            LABELS = [{labels}]
            """;
        const string After = "import model\n";
        string about = """"
            """Trains the networks of model.py on, in PyTorch: a start, to be changed.

                python3 train.py IMAGES.npy [LABELS.npy]
                torchrun --nproc_per_node 2 train.py IMAGES.npy [LABELS.npy]        several processes, each with its part of a batch

            The settings are those of MiniGan's recipe; Adam in place of whatever optimiser that has.
            """

            """";
        return (about + code.Replace(After, $"{After}\n{settings}\n", StringComparison.Ordinal)).ReplaceLineEndings("\n");
    }

    /// <summary>Spectral norms that have never been used find their first vectors now: PyTorch takes those of the file.</summary>
    private static void Settle(Gan gan)
    {
        foreach (SpectralNorm norm in gan.Generator.Descendants().Concat(gan.Discriminator.Descendants()).OfType<SpectralNorm>())
        {
            if (!norm.V.Span.ContainsAnyExcept(0f))
            {
                norm.Divide();
            }
        }
    }
}
