using MiniGan.Data;
using MiniGan.Files;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

public sealed class GanTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_shape_of_images_is_found_by_making_one()
    {
        Gan gan = Make();
        Assert.Equal(new ImageShape(3, 4, 6), gan.ImageShape);
        Assert.Equal((5, 0), (gan.LatentSize, gan.Classes));
        Assert.Equal(new Shape(2, 3, 4, 6), gan.Generate(gan.Latents(2, new RandomSource(1, "z"))).Shape);
        var told = new ImageShape(7, 8, 9);
        Assert.Equal(told, new Gan(new ReLU(), new ReLU(), 5, imageShape: told).ImageShape); // not looked for
    }

    /// <summary>A spectral norm's vectors, a running mean and a dropout's stream are as in networks of which no image was made.</summary>
    [Fact]
    public void Finding_the_shape_leaves_no_trace()
    {
        Sequential generator = Generator(seed: 1), untouched = Generator(seed: 1);
        var gan = new Gan(generator, new Flatten(), 5);
        Assert.Equal(new ImageShape(3, 4, 6), gan.ImageShape);
        Assert.All(generator.Descendants(), module => Assert.True(module.IsTraining));
        Assert.Equal(Flat(untouched), Flat(generator));
        Assert.All(((SpectralNorm)generator[0]).V.ToRowMajor(), value => Assert.Equal(0, value));
        Tensor z = Values.Normal(new Shape(4, 5), "z");
        for (int step = 0; step < 2; step++)
        {
            Assert.Equal(untouched.Forward(z).ToRowMajor(), generator.Forward(z).ToRowMajor());
        }

        Assert.Equal(Flat(untouched), Flat(generator));
    }

    [Fact]
    public void What_is_no_GAN_is_refused()
    {
        Sequential generator = [new Linear(5, 12), new Tanh()];
        string message = Assert.Throws<ArgumentException>(() => new Gan(generator, new Flatten(), 5)).Message;
        Assert.Contains("[1, 12]", message, StringComparison.Ordinal);
        message = Assert.Throws<ArgumentException>(() => new Gan(generator, new Flatten(), 6)).Message;
        Assert.Contains("Linear expects x: [N, 5], but got [1, 6]", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Gan(generator, new Flatten(), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Gan(generator, new Flatten(), 5, classes: -1));
        Assert.Throws<ArgumentNullException>(() => new Gan(null!, new Flatten(), 5));
        Assert.Throws<ArgumentNullException>(() => new Gan(generator, null!, 5));
    }

    /// <summary>Modules that take labels are found at any depth of both networks; image n has label n mod classes unless told.</summary>
    [Fact]
    public void Labels_reach_the_modules_that_take_them()
    {
        var join = new ConcatOneHot(3);
        var select = new ClassLogit(3);
        Sequential generator = [new Sequential(join), new Linear(2 + 3, 4), new Reshape(1, 2, 2)];
        Sequential discriminator = [new Flatten(), new Sequential(new Linear(4, 3), select)];
        var gan = new Gan(generator, discriminator, latentSize: 2, classes: 3);
        Assert.Equal((3, "0 to 2"), (gan.Classes, gan.Labels.ToString()));
        gan.Labels = new LabelSet([7, 8, 300]);
        Assert.Equal(300, gan.Labels[2]);
        Assert.Throws<ArgumentException>(() => gan.Labels = LabelSet.Plain(4));
        Assert.Throws<ArgumentNullException>(() => gan.Labels = null!);

        Tensor z = new(new Shape(5, 2));
        float[][] images = [.. gan.Generate(z).ToRowMajor().Chunk(4)];
        float[][] told = [.. gan.Generate(z, [2, 2, 0, 1, 1]).ToRowMajor().Chunk(4)];
        Assert.Equal(images[0], images[3]);
        Assert.Equal([images[2], images[2], images[0], images[1], images[1]], told);
        Assert.NotEqual(images[0], images[1]);
        gan.SetLabels([2, 0, 1, 1, 0]);
        Tensor x = Values.Normal(new Shape(5, 1, 2, 2), "x");
        float[][] logits = [.. ((Sequential)discriminator[1])[0].Forward(discriminator[0].Forward(x)).ToRowMajor().Chunk(3)];
        Assert.Equal([logits[0][2], logits[1][0], logits[2][1], logits[3][1], logits[4][0]], discriminator.Forward(x).ToRowMajor());
        Assert.Throws<ArgumentException>(() => gan.SetLabels([3]));
        Assert.Throws<ArgumentException>(() => gan.SetLabels([-1]));
        Assert.Throws<ArgumentException>(() => Make().SetLabels([0]));
        Make().SetLabels([]);
    }

    [Fact]
    public void Pictures_do_not_change_the_networks()
    {
        Gan gan = Trained();
        float[] before = Flat(gan);
        Tensor z = gan.Latents(3, new RandomSource(1, "z"));
        float[] average = gan.Generate(z).ToRowMajor(), raw = gan.Generate(z, average: false).ToRowMajor();
        Assert.NotEqual(average, raw);
        Assert.Equal(before, Flat(gan));
        Assert.ThrowsAny<ArgumentException>(() => gan.Generate(new Tensor(new Shape(3, 6))));
        Assert.Throws<ArgumentNullException>(() => gan.Generate(null!));
        Assert.Equal(before, Flat(gan));
        Assert.All(gan.Generator.Descendants(), module => Assert.True(module.IsTraining));
        Assert.Equal(average, gan.Generate(z).ToRowMajor());

        // One image does not depend on the others of its batch.
        Assert.Equal(average[..72], gan.Generate(Tensor.FromRowMajor(new Shape(1, 5), z.ToRowMajor().AsSpan(0, 5))).ToRowMajor());
    }

    [Fact]
    public void Latents_are_normal_and_those_of_their_stream()
    {
        Gan gan = Make();
        Tensor z = gan.Latents(2000, new RandomSource(1, "z"));
        Assert.Equal(new Shape(2000, 5), z.Shape);
        Assert.Equal(0, z.ToRowMajor().Average(), 0.05);
        Assert.Equal(1, z.ToRowMajor().Average(value => (double)value * value), 0.05);
        Assert.Equal(z.ToRowMajor(), gan.Latents(2000, new RandomSource(1, "z")).ToRowMajor());
        Assert.NotEqual(z.ToRowMajor(), gan.Latents(2000, new RandomSource(2, "z")).ToRowMajor());
        Assert.Throws<ArgumentNullException>(() => gan.Latents(1, null!));
    }

    [Fact]
    public void What_is_saved_is_loaded_with_its_average()
    {
        Gan gan = Trained(), other = Make(seed: 2);
        gan.Save(folder["gan"]);
        other.Load(folder["gan"]);
        Assert.Equal(gan.State.Select(item => item.Name), other.State.Select(item => item.Name));
        Assert.Contains("average_generator.0.weight_orig", other.State.Select(item => item.Name));
        Assert.Equal(Flat(gan), Flat(other));
        Tensor z = gan.Latents(3, new RandomSource(1, "z"));
        Assert.Equal(gan.Generate(z).ToRowMajor(), other.Generate(z).ToRowMajor());
        Assert.NotEqual(gan.Generate(z).ToRowMajor(), other.Generate(z, average: false).ToRowMajor());

        // Networks that were never trained have no average, in the file or out of it.
        Make(seed: 2).Save(folder["new"]);
        Gan plain = Make(seed: 3);
        plain.Load(folder["new"]);
        Assert.Null(plain.Average);
        Assert.Equal(Flat(Make(seed: 2)), Flat(plain));
    }

    /// <summary>Whichever byte is damaged, or wherever it is cut: the file is refused, and nothing has changed.</summary>
    [Fact]
    public void A_damaged_file_changes_nothing()
    {
        Gan gan = Trained();
        gan.Save(folder["gan"]);
        byte[] good = File.ReadAllBytes(folder["gan"]);
        Gan other = Make(seed: 2);
        float[] before = Flat(other);
        var random = new RandomSource(1, "damage");
        int[] places = [0, 7, 8, good.Length - 1, .. Enumerable.Range(0, 60).Select(_ => random.NextInt(good.Length))];
        foreach (int at in places)
        {
            byte[] damaged = [.. good];
            damaged[at] ^= (byte)(1 << random.NextInt(8));
            File.WriteAllBytes(folder["damaged"], damaged);
            Assert.Throws<MalformedFileException>(() => other.Load(folder["damaged"]));
        }

        foreach (int length in (int[])[0, 1, 8, good.Length / 2, good.Length - 1])
        {
            File.WriteAllBytes(folder["damaged"], good[..length]);
            Assert.Throws<MalformedFileException>(() => other.Load(folder["damaged"]));
        }

        Assert.Null(other.Average);
        Assert.Equal(before, Flat(other));
        other.Load(folder["gan"]);
        Assert.Equal(Flat(gan), Flat(other));
    }

    [Fact]
    public void A_file_of_other_networks_changes_nothing()
    {
        RandomSource.Default = new RandomSource(1, "weights");
        Sequential generator = [new Linear(5, 144), new Reshape(6, 4, 6), new Conv2D(6, 3, 1)];
        Sequential discriminator = [new Flatten(), new Linear(72, 1)];
        new Gan(generator, discriminator, 5).Save(folder["wider"]);
        Gan gan = Trained();
        float[] before = Flat(gan);
        string message = Assert.Throws<MalformedFileException>(() => gan.Load(folder["wider"])).Message;
        Assert.Contains("of another network", message, StringComparison.Ordinal);
        Assert.Equal(before, Flat(gan));

        // Two modules' state alone is no checkpoint.
        gan.Generator.Save(folder["generator"]);
        message = Assert.Throws<MalformedFileException>(() => gan.Load(folder["generator"])).Message;
        Assert.Contains("minigan-gan/1", message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => gan.Load(folder["nowhere"]));
    }

    [Fact]
    public void What_cannot_be_saved_leaves_the_file_that_was_there()
    {
        Gan gan = Trained();
        gan.Save(folder["gan"]);
        byte[] good = File.ReadAllBytes(folder["gan"]);
        gan.Average!.State[^1].Value.Span[0] = float.NaN;
        Assert.Equal("average_generator.5.bias", Assert.Throws<DivergedException>(() => gan.Save(folder["gan"])).Place);
        Assert.Equal(good, File.ReadAllBytes(folder["gan"]));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    private static Gan Trained()
    {
        Gan gan = Make();
        var trainer = new GanTrainer(gan, new HingeLoss(), new Adam(1e-2), new Adam(1e-2)) { Average = 0.9 };
        for (int step = 0; step < 3; step++)
        {
            trainer.Step(Values.Normal(new Shape(4, 3, 4, 6), $"real {step}"));
        }

        return gan;
    }

    private static Gan Make(ulong seed = 1)
    {
        Sequential generator = Generator(seed);
        Module main = new Sequential(new Conv2D(3, 3, 3, padding: 1), new LeakyReLU(0.2f));
        return new Gan(generator, new Sequential(new Residual(main), new Flatten(), new Linear(72, 1)), latentSize: 5);
    }

    /// <summary>With a spectral norm, running statistics and a random stream: all that an image might leave a trace in.</summary>
    private static Sequential Generator(ulong seed)
    {
        RandomSource.Default = new RandomSource(seed, "weights");
        return
        [
            new SpectralNorm(new Linear(5, 48)), new Reshape(2, 4, 6), new BatchNorm2D(2), new ReLU(), new Dropout(0.5),
            new Conv2D(2, 3, 3, padding: 1), new Tanh(),
        ];
    }

    private static float[] Flat(Gan gan) => [.. gan.State.SelectMany(item => item.Value.ToRowMajor())];

    private static float[] Flat(Module module) => [.. module.State.SelectMany(item => item.Value.ToRowMajor())];
}
