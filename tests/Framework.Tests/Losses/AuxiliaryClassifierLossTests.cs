using MiniGan.Losses;
using MiniGan.Tensors;

namespace MiniGan.Tests.Losses;

public sealed class AuxiliaryClassifierLossTests
{
    private static readonly int[] Labels = [2, 0];

    // The logit, and one output per class.
    private static readonly Tensor Outputs = Tensor.FromRowMajor(new Shape(2, 4), [0.5f, 1, 0, 2, -0.25f, 0.5f, 3, -1]);

    [Fact]
    public void The_cross_entropy_of_the_classes_is_added_to_each_mean()
    {
        var loss = new AuxiliaryClassifierLoss(new HingeLoss(), classes: 3, weight: 0.5);
        Assert.Equal(4, loss.Outputs);
        loss.SetLabels(Labels);
        double entropy = (-Math.Log(Math.Exp(2) / (Math.Exp(1) + 1 + Math.Exp(2))) -
            Math.Log(Math.Exp(0.5) / (Math.Exp(0.5) + Math.Exp(3) + Math.Exp(-1)))) / 2;
        Assert.Equal(((0.5 + 1.25) / 2) + (0.5 * entropy), loss.Real(Outputs), 1e-6);
        Assert.Equal(((1.5 + 0.75) / 2) + (0.5 * entropy), loss.Fake(Outputs), 1e-6);
        Assert.Equal((-0.25 / 2) + (0.5 * entropy), loss.Generator(Outputs), 1e-6);
        Assert.Equal(0.25 / 2, loss.Score(Outputs), 1e-6);
    }

    [Fact]
    public void A_score_and_the_others_leave_the_derivative_as_it_is()
    {
        var loss = new AuxiliaryClassifierLoss(new HingeLoss(), classes: 3);
        loss.SetLabels(Labels);
        loss.Real(Outputs);
        float[] expected = loss.Backward().ToRowMajor();
        Tensor other = Tensor.FromRowMajor(new Shape(2, 4), [3, 0, 1, 0, 4, 2, 0, 0]);
        loss.Real(Outputs);
        loss.Score(other);
        loss.Against(other);
        Assert.Equal(expected, loss.Backward().ToRowMajor());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Derivatives_are_finite_differences(bool isRelative)
    {
        AdversarialLoss inner = isRelative ? new RelativisticAverageLoss(new NonSaturatingLoss()) : new NonSaturatingLoss();
        var loss = new AuxiliaryClassifierLoss(inner, classes: 3, weight: 2);
        Assert.Equal(isRelative, loss.IsRelative);
        loss.SetLabels(Labels);
        if (isRelative)
        {
            loss.Against(Tensor.FromRowMajor(new Shape(1, 4), [3, 0, 0, 0]));
        }

        Tensor outputs = Outputs.Clone();
        loss.Generator(outputs);
        float[] gradient = loss.Backward().ToRowMajor();
        for (int i = 0; i < gradient.Length; i++)
        {
            double At(float by)
            {
                float before = outputs.Span[i];
                outputs.Span[i] = before + by;
                double value = loss.Generator(outputs);
                outputs.Span[i] = before;
                return value;
            }

            Assert.Equal((At(1 / 64f) - At(-1 / 64f)) * 32, gradient[i], 1e-4);
        }
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => new AuxiliaryClassifierLoss(null!, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AuxiliaryClassifierLoss(new HingeLoss(), 1));
        Assert.Throws<ArgumentException>(() => new AuxiliaryClassifierLoss(new HingeLoss(), 3, -1));
        Assert.Throws<ArgumentException>(() => new AuxiliaryClassifierLoss(new AuxiliaryClassifierLoss(new HingeLoss(), 3), 3));
        var loss = new AuxiliaryClassifierLoss(new HingeLoss(), 3);
        Assert.Contains(
            "2 rows and 0 labels", Assert.Throws<ArgumentException>(() => loss.Real(Outputs)).Message, StringComparison.Ordinal);
        loss.SetLabels([0, 3]);
        Assert.Contains(
            "Label 3 is no class", Assert.Throws<ArgumentException>(() => loss.Real(Outputs)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "expects z: [N, 4], but got [2, 1]", Assert.Throws<ArgumentException>(() => loss.Fake(new Tensor(new Shape(2, 1)))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => loss.Score(null!));
    }
}
