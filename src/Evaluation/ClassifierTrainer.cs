using MiniGan.Data;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;

namespace MiniGan.Evaluation;

/// <summary>
/// Trains an <see cref="ImageClassifier"/>: softmax cross-entropy, Adam, a learning rate that falls linearly to zero,
/// images moved by a few pixels at random.
/// </summary>
public sealed class ClassifierTrainer
{
    private readonly ClassifierConfiguration configuration;
    private readonly ShiftedBatches batches;
    private readonly Adam optimizer;
    private readonly SoftmaxCrossEntropy loss = new();

    /// <summary>Makes a classifier with its first weights.</summary>
    /// <param name="dataset">What to learn from: images of any shape with at least two different labels.</param>
    /// <param name="configuration">How.</param>
    /// <exception cref="ArgumentException">
    /// The images have no labels or only one, or are fewer than a batch; or a setting is out of its range.
    /// </exception>
    public ClassifierTrainer(ImageDataset dataset, ClassifierConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(configuration);
        configuration.Check();
        if (dataset.Count < configuration.BatchSize || configuration.Shift >= Math.Min(dataset.Height, dataset.Width))
        {
            throw new ArgumentException(
                $"The classifier learns from at least a batch of {configuration.BatchSize} images, moved by less than their sides, but " +
                $"got {dataset.Count} of {dataset.ImageShape}, to be moved by {configuration.Shift}.",
                nameof(dataset));
        }

        if (!dataset.HasLabels)
        {
            throw new ArgumentException("The classifier learns labels, but the images have none.", nameof(dataset));
        }

        this.configuration = configuration;
        Classifier = new ImageClassifier(dataset.ImageShape, new LabelSet(dataset.Labels), configuration.Seed);
        batches = new ShiftedBatches(
            dataset.WithClasses(Classifier.Labels), configuration.BatchSize, configuration.Shift, configuration.Seed);
        optimizer = new Adam(Classifier.Network.Parameters, configuration.LearningRate);
    }

    /// <summary>The classifier, as far as it has learned.</summary>
    public ImageClassifier Classifier { get; }

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
