using MiniGan.Data;
using MiniGan.Modules;
using MiniGan.PyTorch;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.PyTorch;

public sealed class PyTorchFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_network_is_written_as_a_person_would()
    {
        Recipe recipe = Recipe.For(Preset.Sngan, width: 4) with
        {
            LatentSize = 6,
            Image = new(3, 17, 16),
            GeneratorConvolutions = 0,
            DiscriminatorHidden = 0,
        };
        string model = PyTorchFiles.Model(recipe.CreateGan(), new PyTorchOptions { Recipe = recipe, Step = 3000 });
        Assert.StartsWith(
            "\"\"\"Two networks that MiniGan trained (recipe sngan) for 3,000 steps, in PyTorch.\n", model, StringComparison.Ordinal);
        Assert.Contains(
            """"

            import torch
            from torch import nn
            from torch.nn.utils import spectral_norm

            LATENT, CLASSES, IMAGE = 6, 0, (3, 17, 16)
            CHECKPOINT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "checkpoint.safetensors")


            def build_generator():
                """z: [N, 6], normal -> images: [N, 3, 17, 16] in [-1, 1]."""
                return nn.Sequential(
                    nn.Linear(6, 128, bias=False),  # [128]
                    nn.Unflatten(1, (8, 4, 4)),  # [8, 4, 4]
                    nn.BatchNorm2d(8),
                    nn.ReLU(),
                    nn.ConvTranspose2d(8, 4, 4, stride=2, padding=1, bias=False),  # [4, 8, 8]
                    nn.BatchNorm2d(4),
                    nn.ReLU(),
                    nn.ConvTranspose2d(4, 3, 4, stride=2, padding=1, output_padding=(1, 0)),  # [3, 17, 16]
                    nn.Tanh(),
                )


            def build_discriminator():
                """images: [N, 3, 17, 16] in [-1, 1] -> how real they look, as logits."""
                return nn.Sequential(
                    spectral_norm(nn.Conv2d(3, 4, 4, stride=2, padding=1)),  # [4, 8, 8]
                    nn.LeakyReLU(0.2),
                    spectral_norm(nn.Conv2d(4, 8, 4, stride=2, padding=1)),  # [8, 4, 4]
                    nn.LeakyReLU(0.2),
                    nn.Flatten(),  # [128]
                    spectral_norm(nn.Linear(128, 1)),  # [1]
                )


            def read_safetensors(path):

            """".ReplaceLineEndings("\n"),
            model,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Preset.Dcgan, "\"cross-entropy\", 1, 32", "None, 0, 1")]
    [InlineData(Preset.Lsgan, "\"least-squares\"", "None, 0, 1")]
    [InlineData(Preset.WganGp, "\"wasserstein\", 5", "\"wgan-gp\", 10, 1")]
    [InlineData(Preset.Sngan, "\"hinge\"", "None, 0, 1")]
    [InlineData(Preset.R1, "\"cross-entropy\"", "\"r1\"")]
    public void The_training_has_the_settings_of_the_recipe(Preset preset, string loss, string penalty)
    {
        string training = PyTorchFiles.Training(Recipe.For(preset) with { BatchSize = 32, LearningRate = 0.0005 });
        Assert.Contains($"\nimport model\n\nLOSS, DISCRIMINATOR_STEPS, BATCH = {loss}", training, StringComparison.Ordinal);
        Assert.Contains($"\nPENALTY, PENALTY_WEIGHT, PENALTY_INTERVAL = {penalty}", training, StringComparison.Ordinal);
        Assert.Contains("\nRATE, DISCRIMINATOR_RATE = 0.0005, ", training, StringComparison.Ordinal);
    }

    /// <summary>The code in docs/pytorch.md: PyTorch's save() writes such a file.</summary>
    [Fact]
    public void A_training_goes_on_from_the_weights_of_a_file()
    {
        Recipe recipe = Recipe.For(Preset.Conditional, width: 4, batchSize: 4) with
        {
            Image = new(1, 12, 9),
            Classes = 3,
            AverageDecay = 0.9,
        };
        Gan before = recipe.CreateGan();
        PyTorchFiles.Write(folder["torch"], before, new PyTorchOptions { Recipe = recipe, Step = 7 });
        Assert.Equal(
            ["checkpoint.safetensors", "model.py", "train.py"], Directory.GetFiles(folder["torch"]).Select(Path.GetFileName).Order());
        string path = folder["torch/checkpoint.safetensors"];

        var checkpoint = GanCheckpoint.Open(path);
        GanTrainer trainer = Recipe.Of(checkpoint).TrainerFor(Recipe.LoadGan(checkpoint));

        Assert.Equal((7, false), (checkpoint.Step, checkpoint.HasTrainer));
        Tensor z = before.Latents(3, new RandomSource(1, "z")), first = before.Generate(z, average: false);
        Assert.Equal(first.Span, trainer.Gan.Generate(z, average: false).Span);
        Tensor images = new(recipe.Image.Batch(4));
        new RandomSource(1, "images").FillUniform(images.Span, -1, 1);
        StepReport report = trainer.Step(new Batch(images, new[] { 0, 1, 2, 0 }));
        Assert.True(double.IsFinite(report.DiscriminatorLoss));
        Assert.False(first.Span.SequenceEqual(trainer.Gan.Generate(z, average: false).Span));
    }

    [Fact]
    public void Own_modules_are_refused_until_they_have_a_translation()
    {
        Sequential generator =
        [
            new Linear(3, 4), new Residual(new Sequential(new Twice())), new Lambda(x => x, (_, dy) => dy), new Reshape(1, 2, 2),
        ];
        var gan = new Gan(generator, new Flatten(), latentSize: 3);
        Assert.Equal(
            "generator.1.main.0: Twice has no translation to PyTorch. Give it one by PyTorchTranslations.Add<Twice>(…), in PyTorchOptions.",
            Assert.Throws<ArgumentException>(() => PyTorchFiles.Write(folder["own"], gan)).Message);
        const string Code = "class Twice(nn.Module):\n    def forward(self, x):\n        return 2 * x";
        PyTorchTranslations translations = new PyTorchTranslations()
            .Add((Twice _, PyTorchSource source, ref Shape _) => $"{source.Define("Twice", Code)}()");
        Assert.StartsWith(
            "generator.2: nobody can tell how a Lambda is written in Python.",
            Assert.Throws<ArgumentException>(
                () => PyTorchFiles.Write(folder["own"], gan, new PyTorchOptions { Translations = translations })).Message,
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        translations.Add(generator[2], (Module _, PyTorchSource source, ref Shape _) =>
        {
            Assert.Equal("generator.2", source.Place);
            Assert.Throws<ArgumentException>(() => source.Define("Twice", "class Twice: pass"));
            return "nn.Identity()";
        });
        PyTorchFiles.Write(folder["own"], gan, new PyTorchOptions { Translations = translations });
        string model = File.ReadAllText(folder["own/model.py"]);
        Assert.Contains($"\n\n\n{Code}\n\n\n", model, StringComparison.Ordinal);
        Assert.Contains("                Twice(),\n", model, StringComparison.Ordinal);
        Assert.Contains("        nn.Identity(),\n", model, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_module_of_the_library_has_a_translation() => Assert.All(
        typeof(Module).Assembly.GetTypes().Where(type => type.IsPublic && type.IsSubclassOf(typeof(Module)) && !type.IsAbstract),
        type => Assert.True(PyTorchTranslations.Default.Has(type), type.Name));

    [Fact]
    public void Arguments_are_checked()
    {
        var gan = new Gan(new Reshape(1, 2, 2), new Flatten(), latentSize: 4);
        Assert.Throws<ArgumentException>(() => PyTorchFiles.Write("", gan));
        Assert.Throws<ArgumentNullException>(() => PyTorchFiles.Write(folder.Path, null!));
        Assert.Throws<ArgumentNullException>(() => new PyTorchTranslations().Add<Twice>(null!));
        Assert.Throws<ArgumentNullException>(() => new PyTorchTranslations().Add(new Tanh(), null!));
        Assert.Throws<ArgumentNullException>(
            () => new PyTorchTranslations().Add(null!, (Module _, PyTorchSource _, ref Shape _) => ""));
    }

    /// <summary>2 · x.</summary>
    private sealed class Twice : Module
    {
        public override Tensor Forward(Tensor x)
        {
            Tensor y = x.Clone();
            System.Numerics.Tensors.TensorPrimitives.Add<float>(y.Span, x.Span, y.Span);
            return y;
        }

        public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All) => throw new NotSupportedException();
    }
}
