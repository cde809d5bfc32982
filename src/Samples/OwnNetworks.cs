#!/usr/bin/env dotnet
// Networks and pictures of one's own: a 32×32 colour GAN with a residual block, hinge loss, R1 and a moving average learns to
// paint discs.
// Ctrl-C saves and ends it; run it again, and it goes on where it stopped. Look at it with `minigan watch`, or open runs/discs/report.html.
// Usage: dotnet run -c Release src/Samples/OwnNetworks.cs [STEPS]
#:property PublishAot=false
#:project ../Framework/MiniGan.Framework.csproj
#:project ../Runs/MiniGan.Runs.csproj
using System.Globalization;
using MiniGan.Data;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Runs;
using MiniGan.Tensors;
using MiniGan.Training;

int steps = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 800;

Sequential generator =
[
    new Linear(16, 64 * 4 * 4), new Reshape(64, 4, 4), new BatchNorm2D(64), new ReLU(),
    .. Up(64, 32), .. Up(32, 32), .. Up(32, 16), // 8×8, 16×16, 32×32
    new Conv2D(16, 3, 3, padding: 1), new Tanh(),
];
Sequential discriminator =
[
    .. Down(3, 16), .. Down(16, 32), .. Down(32, 64), // 16×16, 8×8, 4×4
    new Residual(new Sequential(new Conv2D(64, 64, 3, padding: 1), new LeakyReLU(0.2f), new Conv2D(64, 64, 3, padding: 1))),
    new LeakyReLU(0.2f), new Flatten(), new Linear(64 * 4 * 4, 1),
];
Initializers.Default(generator, new RandomSource(1, "generator"));
Initializers.Default(discriminator, new RandomSource(1, "discriminator"));

var gan = new Gan(generator, discriminator, latentSize: 16);
var trainer = new GanTrainer(gan, new HingeLoss(), new Adam(5e-4, beta1: 0, beta2: 0.9), new Adam(5e-4, beta1: 0, beta2: 0.9))
{
    Penalty = new R1Penalty(gamma: 1, interval: 4),
    Average = 0.99,
};
var discs = new GeneratedBatches(i => Discs(32, new RandomSource(1, $"discs {i}")));
var run = new TrainingRun("runs/discs", trainer, discs) { CheckpointEvery = 100, DataName = "discs" };
try
{
    RunResult result = run.Train(steps);
    return result.IsStopped ? 130 : 0;
}
catch (RunException problem) // the folder holds something else, or the same run with other settings
{
    Console.Error.WriteLine(problem.Message);
    return 2;
}

static Module[] Up(int from, int to) => [new ConvTranspose2D(from, to, 4, stride: 2, padding: 1), new BatchNorm2D(to), new ReLU()];

static Module[] Down(int from, int to) => [new Conv2D(from, to, 4, stride: 2, padding: 1), new LeakyReLU(0.2f)];

// Discs of random place, size and colour on black: [count, 3, 32, 32].
static Batch Discs(int count, RandomSource random)
{
    var images = new Tensor(new Shape(count, 3, 32, 32));
    Span<float> disc = stackalloc float[6]; // x, y, radius, R, G, B
    for (int n = 0; n < count; n++)
    {
        random.FillUniform(disc, 0, 1);
        (float x, float y, float radius) = (8 + (16 * disc[0]), 8 + (16 * disc[1]), 6 + (4 * disc[2]));
        for (int i = 0; i < 3 * 32 * 32; i++)
        {
            (int c, int h, int w) = (i / 1024, i / 32 % 32, i % 32);
            bool inside = ((w - x) * (w - x)) + ((h - y) * (h - y)) < radius * radius;
            images[n, c, h, w] = inside ? (2 * disc[3 + c]) - 1 : -1;
        }
    }

    return new Batch(images);
}
