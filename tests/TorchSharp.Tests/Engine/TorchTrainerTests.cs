using MiniGan.Data;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;
using MiniGan.TorchSharp.Networks;
using MiniGan.TorchSharp.Training;
using MiniGan.Training;
using DisposeScopeManager = TorchSharp.DisposeScopeManager;
using Tensor = MiniGan.Tensors.Tensor;

namespace MiniGan.Tests.Engine;

/// <summary>A trainer on TorchSharp: its state goes to the wrapped trainer and back, and nothing of it is left behind.</summary>
public sealed class TorchTrainerTests
{
    public static TheoryData<string> Names => [.. Games.All.Keys];

    /// <summary>
    /// What began on one engine goes on on the other, from every part of the state. The two engines part by rounding, so the trajectory is
    /// held against that of one engine alone: their losses stay within 1 %, with a state left behind they would not.
    /// </summary>
    [LiveTheory]
    [MemberData(nameof(Names))]
    public void A_run_goes_on_on_the_other_engine(string name)
    {
        (Func<GanTrainer> make, int size) = Games.All[name];
        GanTrainer alone = make(), first = make(), last = make();
        Batch[] batches = [.. Games.Batches(alone, size).Take(9)];
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            StepReport[] expected = [.. batches.Select(alone.Step)];

            // Three steps here, three on TorchSharp, three here again, through files.
            List<StepReport> mixed = [.. batches[..3].Select(first.Step)];
            using (var torch = new TorchTrainer(first))
            {
                mixed.AddRange(batches[3..6].Select(torch.Step));
                Assert.Equal(6, torch.Steps);
                torch.Save(Path.Combine(folder, "six.safetensors"), new Dictionary<string, string> { ["of"] = name });
            }

            last.Load(Path.Combine(folder, "six.safetensors"));
            Assert.Equal(6, last.Steps);
            mixed.AddRange(batches[6..].Select(last.Step));
            Assert.All(expected.Zip(mixed), pair => AssertAlike(pair.First, pair.Second));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [LiveTheory]
    [MemberData(nameof(Names))]
    public void A_checkpoint_holds_all_that_the_next_step_depends_on(string name)
    {
        (Func<GanTrainer> make, int size) = Games.All[name];
        GanTrainer one = make(), other = make();
        using var whole = new TorchTrainer(one);
        Batch[] batches = [.. Games.Batches(one, size).Take(6)];
        Array.ForEach(batches[..3], batch => whole.Step(batch));
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        using var resumed = new TorchTrainer(other);
        try
        {
            whole.Save(path);
            resumed.Load(GanCheckpoint.Open(path));
        }
        finally
        {
            File.Delete(path);
        }

        Assert.All(
            whole.Gan.State.Concat(whole.Capture().Tensors).Zip(resumed.Gan.State.Concat(resumed.Capture().Tensors)),
            pair => Assert.Equal(pair.First.Value.ToRowMajor(), pair.Second.Value.ToRowMajor()));
        Assert.Equal(whole.Capture().Values, resumed.Capture().Values);

        // Not to the last bit: libtorch adds in another order where a tensor lies elsewhere in memory.
        Assert.All(batches[3..], batch => AssertAlike(whole.Step(batch), resumed.Step(batch), 1e-4));
    }

    [LiveTheory]
    [InlineData("dcgan")]
    [InlineData("r1")]
    [InlineData("residual")]
    [InlineData("sngan")]
    public void Tuned_is_as_stock(string name)
    {
        (Func<GanTrainer> make, int size) = Games.All[name];
        using TorchTrainer tuned = new(make()), stock = new(make(), new TorchOptions { IsTuned = false });
        foreach (Batch batch in Games.Batches(make(), size).Take(3))
        {
            AssertAlike(stock.Step(batch), tuned.Step(batch), 1e-4);
        }
    }

    [LiveTheory]
    [InlineData("relativistic, R1 and R2, clipped, AdamW")]
    [InlineData("own loss, penalty and optimiser")]
    [InlineData("relativistic, with spectral norm and dropout")]
    [InlineData("wgan-gp, packed")]
    [InlineData("residual, conditional")]
    [InlineData("SGD with momentum")]
    public void No_tensor_is_left_behind(string name)
    {
        long before = Live();
        (Func<GanTrainer> make, int size) = Games.All[name];
        var torch = new TorchTrainer(make());
        using IEnumerator<Batch> batches = Games.Batches(make(), size).GetEnumerator();
        for (int step = 0; step < 4; step++)
        {
            batches.MoveNext();
            torch.Step(batches.Current);
        }

        long warm = Live();
        for (int step = 0; step < 20; step++)
        {
            batches.MoveNext();
            torch.Step(batches.Current);
            if (step % 5 == 0)
            {
                _ = torch.Gan;
                torch.Reload();
            }
        }

        Assert.Equal(warm, Live());
        torch.Dispose();
        Assert.Equal(before, Live());
    }

    [LiveFact]
    public void The_networks_are_up_to_date_when_asked_for()
    {
        (Func<GanTrainer> make, int size) = Games.All["dcgan"];
        GanTrainer wrapped = make();
        using var torch = new TorchTrainer(wrapped);
        float[] Weights() => wrapped.Gan.Generator.State[0].Value.ToRowMajor();
        float[] before = Weights();
        torch.Step(Games.Batches(wrapped, size).First());
        Assert.Equal(before, Weights());
        Assert.Same(wrapped.Gan, torch.Gan);
        Assert.NotEqual(before, Weights());
        Assert.Equal((1, 1UL), (torch.Steps, torch.Seed));
        Assert.Equal(wrapped.Settings, torch.Settings);
        torch.RequireFinite();
        TrainerState state = torch.Capture();
        torch.Step(Games.Batches(wrapped, size).First());
        torch.Restore(state);
        Assert.Equal(1, torch.Steps);
    }

    [LiveFact]
    public void A_wrapped_trainer_takes_no_steps_by_itself()
    {
        (Func<GanTrainer> make, int size) = Games.All["dcgan"];
        GanTrainer wrapped = make();
        using var torch = new TorchTrainer(wrapped);
        Batch batch = Games.Batches(wrapped, size).First();
        torch.Step(batch);
        torch.Synchronize();
        wrapped.Step(batch);
        Assert.StartsWith(
            "The wrapped trainer went from step 1 to 2 by itself. Call Reload",
            Assert.Throws<InvalidOperationException>(() => torch.Step(batch)).Message, StringComparison.Ordinal);
        torch.Reload();
        Assert.Equal(3, torch.Step(batch).Step);
    }

    [LiveFact]
    public void Bad_input_gets_one_line()
    {
        (Func<GanTrainer> make, int size) = Games.All["conditional"];
        GanTrainer wrapped = make();
        using var torch = new TorchTrainer(wrapped);
        Batch batch = Games.Batches(wrapped, size).First();
        Assert.Throws<ArgumentNullException>(() => new TorchTrainer(null!));
        Assert.Throws<ArgumentNullException>(() => torch.Step(default));
        Assert.Throws<ArgumentNullException>(() => torch.Step(batch, null!));
        Assert.Contains("The images are", Throws(() => torch.Step(new Batch(new Tensor(new Shape(2, 1, 9, 9)), batch.Labels))));
        Assert.Contains("label", Throws(() => torch.Step(batch with { Labels = new[] { 10, 1, 1, 1, 1, 1 } })));
        Assert.Equal(1, torch.Step(batch).Step);
        Assert.Contains("A device is cpu, cuda, cuda:N or mps, but this is 'gpu'", Throws(() => Open("gpu")));
        Assert.Contains("'cuda:-1'", Throws(() => Open("cuda:-1")));
        Assert.Contains("'cuda:0:0'", Throws(() => Open("cuda:0:0")));
        Assert.Contains("'cuda:x'", Throws(() => Open("cuda:x")));
        Assert.StartsWith(
            "TorchSharp has no device 'cuda:77' here", Assert.Throws<PlatformNotSupportedException>(() => Open("cuda:77")).Message,
            StringComparison.Ordinal);
        Assert.Throws<PlatformNotSupportedException>(() => Open("cpu:1"));

        void Open(string device) => new TorchTrainer(make(), new TorchOptions { Device = device }).Dispose();
        static string Throws(Action action) => Assert.Throws<ArgumentException>(action).Message;
    }

    [LiveFact]
    public void Batch_normalisation_does_not_go_with_a_penalty() => Assert.Contains(
        "mixes the images of a batch",
        Assert.Throws<NotSupportedException>(() => new TorchTrainer(new GanTrainer(
            new Gan(
                new Sequential(new Linear(2, 4), new Reshape(1, 2, 2)),
                new Sequential(new BatchNorm2D(1), new Flatten(), new Linear(4, 1)), latentSize: 2),
            new WassersteinLoss(), new Adam(), new Adam())
        {
            Penalty = new R1Penalty(1),
        })).Message,
        StringComparison.Ordinal);

    [LiveTheory]
    [InlineData(0, "Step 1: the discriminator's loss is not a finite number. It begins in discriminator.1.weight")]
    [InlineData(1, "Step 1: the discriminator's gradient is not a finite number. It begins in the gradient of discriminator.1.bias")]
    public void What_is_not_finite_is_named(int maxGradientNorm, string message)
    {
        Sequential discriminator = [new Flatten(), new Linear(4, 1), new Lambda(x => x, (_, dy) => dy)];
        var gan = new Gan(new Sequential(new Linear(2, 4), new Reshape(1, 2, 2)), discriminator, latentSize: 2);
        var trainer = new GanTrainer(gan, new WassersteinLoss(), new Adam(), new Adam()) { MaxGradientNorm = maxGradientNorm };
        TorchTranslations translations = new TorchTranslations().Add(
            discriminator[2], x => maxGradientNorm == 0 ? x : (x - x.detach()).sqrt() * 0 is var y ? x.detach() + y : x);
        if (maxGradientNorm == 0)
        {
            discriminator.Parameters[0].Value[0] = float.NaN;
        }

        using var torch = new TorchTrainer(trainer, new TorchOptions { Translations = translations });
        DivergedException problem = Assert.Throws<DivergedException>(() => torch.Step(Games.Batches(trainer, 3).First()));
        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
    }

    /// <summary>Tensors that this thread has made and that live.</summary>
    private static long Live() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    private static void AssertAlike(StepReport expected, StepReport actual, double tolerance = 1e-2)
    {
        Assert.Equal(expected.Step, actual.Step);
        AssertClose(expected.DiscriminatorLoss, actual.DiscriminatorLoss);
        AssertClose(expected.GeneratorLoss, actual.GeneratorLoss);
        AssertClose(expected.RealScore, actual.RealScore);
        AssertClose(expected.FakeScore, actual.FakeScore);
        AssertClose(expected.Penalty, actual.Penalty);

        void AssertClose(double one, double other) =>
            Assert.InRange(other, one - (tolerance * (1 + Math.Abs(one))), one + (tolerance * (1 + Math.Abs(one))));
    }
}
