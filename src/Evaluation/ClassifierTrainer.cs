using MiniGan.Data;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;

namespace MiniGan.Evaluation;

/// <summary>
/// Trains a <see cref="DigitClassifier"/>: softmax cross-entropy, Adam, a learning rate that falls linearly to zero,
/// images moved by a few pixels at random.
/// </summary>
public sealed class ClassifierTrainer
{
    private readonly ClassifierConfiguration configuration;
    private readonly ShiftedBatches batches;
    private readonly Adam optimizer;
    private readonly SoftmaxCrossEntropy loss = new();

    /// <summary>Makes a classifier with its first weights.</summary>
    /// <param name="dataset">What to learn from: images of 28×28 with labels from 0 to 9.</param>
    /// <param name="configuration">How.</param>
    /// <exception cref="ArgumentException">
    /// The images have another size, no labels or others, or are fewer than a batch; or a setting is out of its range.
    /// </exception>
    public ClassifierTrainer(ImageDataset dataset, ClassifierConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(configuration);
        configuration.Check();
        var expected = new ImageShape(1, DigitClassifier.ImageSize, DigitClassifier.ImageSize);
        if (dataset.ImageShape != expected || dataset.Count < configuration.BatchSize)
        {
            throw new ArgumentException(
                $"The classifier learns from at least a batch of {configuration.BatchSize} images of " +
                $"{expected}, but got {dataset.Count} of {dataset.ImageShape}.",
                nameof(dataset));
        }

        if (DigitClassifier.ObstacleIn(dataset) is string obstacle)
        {
            throw new ArgumentException(obstacle, nameof(dataset));
        }

        this.configuration = configuration;
        Classifier = new DigitClassifier(configuration.Seed);
        batches = new ShiftedBatches(dataset, configuration.BatchSize, configuration.Shift, configuration.Seed);
        optimizer = new Adam(Classifier.Network.Parameters, configuration.LearningRate);
    }

    /// <summary>The classifier, as far as it has learned.</summary>
    public DigitClassifier Classifier { get; }

    /// <summary>Epochs done, up to those of the configuration.</summary>
    public int Epochs { get; private set; }

    /// <summary>Steps of an epoch.</summary>
    public int StepsPerEpoch => batches.PerEpoch;

    /// <summary>Goes once through the images.</summary>
    /// <param name="stepped">Called after each step with its number in the epoch, from 1.</param>
    /// <returns>The mean loss over the epoch, in nats.</returns>
    /// <exception cref="InvalidOperationException">All epochs of the configuration are done.</exception>
    public double TrainEpoch(Action<int>? stepped = null)
    {
        if (Epochs == configuration.Epochs)
        {
            throw new InvalidOperationException(
                $"All {Epochs} epochs of the configuration are done: the learning rate has fallen to zero.");
        }

        batches.Shuffle();
        Classifier.Network.SetTraining(true);
        double sum = 0;
        for (int step = 0; step < StepsPerEpoch; step++)
        {
            Batch batch = batches.Take(step);
            optimizer.LearningRate = configuration.LearningRate
                * (1 - (((double)Epochs * StepsPerEpoch) + step) / ((double)configuration.Epochs * StepsPerEpoch));
            Classifier.Network.ZeroGradients();
            sum += loss.Forward(Classifier.Network.Forward(batch.Images), batch.Labels.Span);
            Classifier.Network.Backward(loss.Backward(), Gradients.Parameters);
            optimizer.Step();
            stepped?.Invoke(step + 1);
        }

        Epochs++;
        return sum / StepsPerEpoch;
    }
}
