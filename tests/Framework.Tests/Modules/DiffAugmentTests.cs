using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

/// <summary>Against the formulas of the authors' DiffAugment_pytorch.py, with draws made again from the same stream.</summary>
public sealed class DiffAugmentTests
{
    public static TheoryData<Augmentations> Policies =>
        [.. Enumerable.Range(1, 7).Select(policy => (Augmentations)policy)];

    [Fact]
    public void Colours_are_brightness_saturation_and_contrast_in_this_order()
    {
        Tensor x = Values.Normal(new Shape(2, 3, 4, 5), "x"), y = Make(Augmentations.Color).Forward(x);
        RandomSource random = Source();
        for (int n = 0; n < 2; n++)
        {
            double b = random.NextDouble() - 0.5, s = 2 * random.NextDouble(), c = random.NextDouble() + 0.5;
            var colours = new double[3, 4, 5];
            ForEach(4, 5, (h, w) =>
            {
                double[] bright = [.. Enumerable.Range(0, 3).Select(channel => x[n, channel, h, w] + b)];
                for (int channel = 0; channel < 3; channel++)
                {
                    colours[channel, h, w] = ((bright[channel] - bright.Average()) * s) + bright.Average();
                }
            });
            double mean = colours.Cast<double>().Average();
            ForEach(4, 5, (h, w) =>
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    Assert.Equal(((colours[channel, h, w] - mean) * c) + mean, y[n, channel, h, w], 1e-5);
                }
            });
        }
    }

    [Fact]
    public void Colours_by_hand()
    {
        // b = ¼, s = ½, c = 1½ on two pixels, (0, 1, 2) and (2, 4, 6): means 1 and 4, of all 2½.
        var change = new ImageChange(0.25f, 0.5f, 1.5f, 0, 0, 0, 0, 0, 0);
        Tensor x = Tensor.FromRowMajor(new Shape(1, 3, 1, 2), [0, 2, 1, 4, 2, 6]), y = new(x.Shape);
        change.Apply(x, y, 0, linear: false);
        Assert.Equal([-0.25f, 3.5f, 0.5f, 5, 1.25f, 6.5f], y.ToRowMajor());
        change.Apply(x, y, 0, linear: true);
        Assert.Equal([-0.5f, 3.25f, 0.25f, 4.75f, 1, 6.25f], y.ToRowMajor());
    }

    [Fact]
    public void Shifts_and_cuts_by_hand()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(1, 1, 3, 3), [1, 2, 3, 4, 5, 6, 7, 8, 9]), y = new(x.Shape);
        new ImageChange(0, 1, 1, 1, -1, 0, 0, 0, 0).Apply(x, y, 0, linear: false); // y[i, j] = x[i + 1, j − 1]
        Assert.Equal([0, 4, 5, 0, 7, 8, 0, 0, 0], y.ToRowMajor());
        new ImageChange(0.5f, 1, 1, 1, -1, -1, 1, 1, 3).Apply(x, y, 0, linear: false); // what is cut, or outside, is not made brighter
        Assert.Equal([0, 0, 0, 0, 7.5f, 8.5f, 0, 0, 0], y.ToRowMajor());
        new ImageChange(0.5f, 1, 1, 1, -1, -1, 1, 1, 3).ApplyTransposed(x, y, 0);
        Assert.Equal([0, 0, 0, 0, 0, 0, 5, 6, 0], y.ToRowMajor());
    }

    /// <summary>int(size · 0.125 + 0.5) each way, and every shift of them.</summary>
    [Fact]
    public void Translations_are_up_to_an_eighth_each_way()
    {
        HashSet<(int, int)> shifts = [];
        var one = new ImageChange[400];
        RandomSource random = Source();
        for (int i = 0; i < one.Length; i++)
        {
            one[i] = ImageChange.Draw(Augmentations.Translation, new Shape(1, 1, 12, 8), random);
            shifts.Add((one[i].Down, one[i].Along));
        }

        Assert.Equal(5 * 3, shifts.Count); // 12 / 8 + ½ = 2, 8 / 8 + ½ = 1
        Assert.All(shifts, shift => Assert.True(Math.Abs(shift.Item1) <= 2 && Math.Abs(shift.Item2) <= 1));
    }

    /// <summary>offset ~ {0, …, size − cut % 2}, rows offset − cut // 2 and on, those outside left out.</summary>
    [Fact]
    public void A_cutout_is_half_the_size_and_may_hang_over_the_edge()
    {
        HashSet<int> tops = [], lefts = [], odd = [], even = [];
        RandomSource random = Source();
        for (int i = 0; i < 400; i++)
        {
            ImageChange change = ImageChange.Draw(Augmentations.Cutout, new Shape(1, 1, 5, 8), random);
            Assert.Equal((3, 4), (change.Bottom - change.Top, change.Right - change.Left));
            ImageChange turned = ImageChange.Draw(Augmentations.Cutout, new Shape(1, 1, 8, 5), random);
            Assert.Equal((4, 3), (turned.Bottom - turned.Top, turned.Right - turned.Left));
            tops.UnionWith([change.Top, turned.Left]);
            lefts.UnionWith([change.Left, turned.Top]);
            odd.Add(change.Top);
            even.Add(turned.Top);
        }

        Assert.Equal((5, 9), (odd.Count, even.Count));

        Assert.Equal([-1, 0, 1, 2, 3], tops.Order()); // 3 rows around each of 5
        Assert.Equal([-2, -1, 0, 1, 2, 3, 4, 5, 6], lefts.Order()); // 4 columns
        Tensor ones = new(new Shape(50, 2, 5, 8));
        ones.Span.Fill(1);
        float[] y = Make(Augmentations.Cutout).Forward(ones).ToRowMajor();
        Assert.Equal([0f, 1f], y.Distinct().Order());
        Assert.All(Enumerable.Range(0, 50), n => Assert.Equal(y[(n * 80)..((n * 80) + 40)], y[((n * 80) + 40)..((n + 1) * 80)]));
    }

    /// <summary>⟨A · x, dy⟩ = ⟨x, Aᵀ · dy⟩, and DoubleBackward is A: without the brightness.</summary>
    [Theory]
    [MemberData(nameof(Policies))]
    public void Backward_is_the_adjoint_of_the_linear_part_and_double_backward_that_part(Augmentations policy)
    {
        foreach (int channels in new[] { 1, 3 })
        {
            Shape shape = new(6, channels, 9, 6);
            Tensor x = Values.Normal(shape, "x"), zero = new(shape), dy = Values.Normal(shape, "dy");
            DiffAugment module = Make(policy);
            Tensor y = module.Forward(x).Clone(), offset = Make(policy).Forward(zero), dx = module.Backward(dy);
            double offsets = Values.Dot(offset, dy);
            Assert.Equal(Values.Dot(y, dy) - offsets, Values.Dot(x, dx), 1e-3);
            Assert.Equal((policy & Augmentations.Color) == 0, offsets == 0);
            Tensor ddy = module.DoubleBackward(x);
            Assert.All(
                y.ToRowMajor().Zip(offset.ToRowMajor(), ddy.ToRowMajor()),
                item => Assert.Equal(item.First - item.Second, item.Third, 1e-4f));
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Gradients_agree_with_finite_differences_of_a_fixed_draw(Augmentations policy)
    {
        DiffAugment module = Make(policy);
        var repeated = new Repeated(module);
        Tensor x = Values.Normal(new Shape(3, 3, 4, 5), "x");
        Assert.InRange(MiniGan.Modules.GradientCheck.Backward(repeated, x), 0, 1e-3);
        Assert.InRange(MiniGan.Modules.GradientCheck.DoubleBackward(repeated, x), 0, 1e-3);
    }

    [Fact]
    public void In_inference_nothing_is_drawn_and_nothing_changes()
    {
        DiffAugment module = Make((Augmentations)7);
        string position = module.Random.Position;
        Tensor x = Values.Normal(new Shape(2, 3, 8, 8), "x");
        module.SetTraining(false);
        Assert.Equal(x.ToRowMajor(), module.Forward(x).ToRowMajor());
        Assert.Equal(x.ToRowMajor(), module.Backward(x).ToRowMajor());
        Assert.Equal(position, module.Random.Position);
        module.SetTraining(true);
        Assert.NotEqual(x.ToRowMajor(), module.Forward(x).ToRowMajor());
        Assert.NotEqual(position, module.Random.Position);
        Assert.Equal("DiffAugment(Color, Translation, Cutout)", $"{module}");
    }

    [Fact]
    public void Each_image_and_each_forward_has_a_draw_of_its_own()
    {
        DiffAugment module = Make(Augmentations.Color);
        Tensor one = Values.Normal(new Shape(1, 1, 2, 2), "x"), x = new(new Shape(2, 1, 2, 2));
        one.Span.CopyTo(x.Span);
        one.Span.CopyTo(x.Span[4..]);
        float[] first = module.Forward(x).ToRowMajor(), second = module.Forward(x).ToRowMajor();
        Assert.NotEqual(first[..4], first[4..]);
        Assert.NotEqual(first, second);
        Garbage.NoneWhenWarm(() => module.DoubleBackward(module.Backward(module.Forward(x))));
    }

    private static RandomSource Source() => new(5, "a");

    private static DiffAugment Make(Augmentations policy) => new(policy, Source());

    private static void ForEach(int height, int width, Action<int, int> pixel)
    {
        for (int h = 0; h < height; h++)
        {
            for (int w = 0; w < width; w++)
            {
                pixel(h, w);
            }
        }
    }

    /// <summary>Makes the same draw at each Forward.</summary>
    private sealed class Repeated(DiffAugment inner) : Module
    {
        private readonly string position = inner.Random.Position;

        public override Tensor Forward(Tensor x)
        {
            inner.Random.Position = position;
            return inner.Forward(x);
        }

        public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All) => inner.Backward(dy, wanted);

        public override Tensor DoubleBackward(Tensor ddx) => inner.DoubleBackward(ddx);
    }
}
