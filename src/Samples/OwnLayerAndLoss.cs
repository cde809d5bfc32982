#!/usr/bin/env dotnet
// A layer and a loss of one's own in a GAN: the activation softplus, checked against finite differences, and the squared hinge loss.
// Usage: dotnet run -c Release src/Samples/OwnLayerAndLoss.cs [STEPS] [FOLDER]
#:property PublishAot=false
#:project ../Framework/MiniGan.Framework.csproj
using System.Globalization;
using MiniGan.Data;
using MiniGan.Kernels;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;
using MiniGan.Training;

int steps = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 200;
ImageDataset digits = ImageDataset.LoadTraining(args.Length > 1 ? args[1] : "src/Cli/mnist-subset");

var x = new Tensor(new Shape(5, 7));
new RandomSource(seed: 1, "operands").FillNormal(x.Span);
double difference = GradientCheck.Backward(new Softplus(), x);
Console.WriteLine($"Softplus: its gradient is within {difference:E1} of finite differences");
if (difference > 1e-3)
{
    return 1;
}

Sequential generator = [new Linear(8, 128), new Softplus(), new Linear(128, 28 * 28), new Tanh(), new Reshape(1, 28, 28)];
Sequential discriminator = [new Flatten(), new Linear(28 * 28, 128), new Softplus(), new Linear(128, 1)];
var trainer = new GanTrainer(new Gan(generator, discriminator, latentSize: 8), new SquaredHingeLoss(), new Adam(5e-4), new Adam(5e-4));
StepReport last = default;
foreach (Batch batch in digits.Shuffled(batchSize: 32, seed: 1).Take(steps))
{
    last = trainer.Step(batch);
}

Console.WriteLine($"step {last.Step}: D {last.DiscriminatorLoss:F3}, G {last.GeneratorLoss:F3}");
return 0;

/// <summary>y = ln(1 + eˣ), dx = dy / (1 + e⁻ˣ). Rows are shared among the threads.</summary>
internal sealed class Softplus : Module
{
    private Tensor? x, y, reusedY, reusedDx;

    public override Tensor Forward(Tensor x)
    {
        this.x = x;
        Tensor result = y = Result(ref reusedY, x.Shape, x);
        int row = x.Shape.Count / x.Shape.N;
        Parallelism.For(x.Shape.N, n =>
        {
            for (int i = n * row; i < (n + 1) * row; i++)
            {
                float value = x.Span[i];
                result.Span[i] = Math.Max(value, 0) + MathF.Log(1 + MathF.Exp(-MathF.Abs(value)));
            }
        });
        return result;
    }

    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        Tensor dx = Result(ref reusedDx, dy.Shape, dy);
        for (int i = 0; i < dx.Shape.Count; i++)
        {
            dx.Span[i] = dy.Span[i] / (1 + MathF.Exp(-x!.Span[i]));
        }

        return dx;
    }
}

/// <summary>
/// D minimises max(0, 1 − z)² on real images and max(0, 1 + z)² on generated ones, G minimises −z. Each is given with its derivative.
/// </summary>
internal sealed class SquaredHingeLoss : PointwiseLoss
{
    protected override (double Loss, double Slope) OnReal(float z) => z >= 1 ? (0, 0) : ((1.0 - z) * (1.0 - z), -2 * (1.0 - z));

    protected override (double Loss, double Slope) OnFake(float z) => z <= -1 ? (0, 0) : ((1.0 + z) * (1.0 + z), 2 * (1.0 + z));

    protected override (double Loss, double Slope) OnGenerated(float z) => (-z, -1);
}
