using MiniGan.Convolution;
using MiniGan.Kernels;

namespace MiniGan.Tests.Convolution;

/// <summary>The list of geometries, by name, that the products are checked over.</summary>
internal static class Geometries
{
    private static readonly Dictionary<string, (int Batch, ConvolutionGeometry Geometry)> All = new()
    {
        ["the article's: 3×3 on 4×4"] = (1, Image(new(3), 1, 1, 4, 4)),
        ["1×1 kernel"] = (2, Image(new(1), 3, 5, 3, 2)),
        ["kernel as large as the image"] = (2, Image(new((3, 5)), 2, 3, 3, 5)),
        ["H≠W, kh≠kw, sh≠sw"] = (3, Image(new((2, 3), (1, 2)), 3, 4, 5, 8)),
        ["DCGAN: 4×4, stride 2, padding 1"] = (3, Image(new(4, 2, 1), 5, 7, 10, 8)),
        ["DCGAN, thin image"] = (3, Image(new(4, 2, 1), 1, 33, 12, 8)),
        ["DCGAN, thin map"] = (3, Image(new(4, 2, 1), 33, 1, 12, 8)),
        ["same, stride 2, 3×3 on even size"] = (2, Image(new(3, 2, Padding.Same), 2, 3, 6, 4)),
        ["same, stride 2, 5×5 on odd size"] = (2, Image(new(5, 2, Padding.Same), 2, 3, 7, 9)),
        ["same, stride 3, kernel 2: gaps"] = (2, Image(new(2, 3, Padding.Same), 2, 3, 8, 7)),
        ["same, transposed, 5×5, stride 2"] = (2, Map(new(5, 2, Padding.Same), 3, 2, 4, 3)),
        ["same, transposed, stride 1"] = (2, Map(new((2, 3), 1, Padding.Same), 3, 2, 4, 5)),
        ["same, transposed, stride beyond kernel"] = (2, Map(new(1, 3, Padding.Same), 3, 2, 3, 2)),
        ["valid, transposed, stride beyond kernel"] = (2, Map(new((1, 2), (3, 4)), 3, 2, 3, 2)),
        ["dilation"] = (2, Image(new(3, 1, 2, (2, 3)), 3, 2, 9, 8)),
        ["dilation and stride"] = (2, Image(new((3, 2), (2, 3), Padding.Explicit(1, 2, 0, 3), (3, 2)), 3, 2, 11, 9)),
        ["dilation shares a factor with stride"] = (2, Map(new(3, 2, 1, 2, 1), 3, 2, 4, 5)),
        ["explicit, four different sides"] = (2, Image(new((3, 2), (2, 1), Padding.Explicit(0, 1, 2, 3)), 2, 2, 6, 5)),
        ["padding beyond the kernel"] = (1, Image(new(2, 2, 5), 2, 2, 3, 2)),
        ["output padding"] = (2, Map(new(3, (2, 3), 1, 1, (1, 2)), 2, 3, 4, 3)),
        ["crop beyond the kernel"] = (1, Map(new(2, 1, Padding.Explicit(2, 0, 1, 3)), 2, 3, 6, 7)),
        ["groups"] = (2, Image(new((2, 3), 2, 1, groups: 3), 6, 9, 5, 6)),
        ["groups, wide"] = (2, Image(new(3, 1, 1, groups: 2), 24, 70, 4, 3)),
        ["depthwise"] = (2, Image(new(3, 2, 1, groups: 5), 5, 5, 6, 7)),
        ["depthwise, two maps a channel"] = (2, Map(new(4, 2, 1, groups: 3), 6, 3, 3, 4)),
        ["more channels than a tile"] = (2, Image(new((3, 2), 2, 1), 35, 67, 6, 5)),
        ["exactly two tiles"] = (2, Image(new(2, 1), 64, 64, 4, 4)),
        ["many positions: several shares and blocks"] = (9, Image(new((2, 1), 1, 1), 2, 3, 20, 19)),
        ["more channels than an item of the weight gradient"] = (2, Image(new((3, 1), 1, 1), 90, 197, 3, 2)),
        ["few channels, many taps"] = (5, Image(new((5, 3), (2, 1), 1), 7, 35, 19, 12)),
        ["more taps than are copied by runs"] = (2, Image(new((7, 6), 2, 1), 5, 9, 9, 12)),
        ["groups of several phases, gathered"] = (2, Image(new(3, 2, 1, groups: 2), 26, 34, 5, 6)),
        ["more weights than one sum of shares"] = (9, Image(new(1), 130, 131, 8, 9)),
        ["one pixel"] = (4, Image(new(1), 40, 41, 1, 1)),
        ["one pixel: more images than an item, more outputs than one"] = (70, Image(new(1), 70, 61, 1, 1)),
        ["one pixel: more inputs than are packed at once"] = (5, Image(new(1), 1150, 13, 1, 1)),
        ["one pixel: fewer outputs than a tile has rows"] = (3, Image(new(1), 40, 5, 1, 1)),
        ["one pixel, in the padding"] = (2, Image(new(1, 3, 1), 40, 41, 1, 1)),
        ["3×3 on one pixel"] = (2, Image(new(3, 1, 1), 3, 4, 1, 1)),
        ["fewer products: DCGAN, 7 = 3 + 2 + 2"] = (5, Image(new(4, 2, 1), 32, 40, 14, 10)),
        ["fewer products: transposed, more channels than a tile"] = (3, Map(new(4, 2, 1), 72, 40, 4, 3)),
        ["fewer products: more images than an item, more rows than a block"] = (70, Image(new(4, 2, 1), 32, 32, 10, 8)),
        ["fewer products: one result"] = (2, Image(new(4, 2, 1), 32, 32, 2, 4)),
        ["fewer products: 3×3 on odd and even sizes"] = (2, Image(new(3, 1, 1), 40, 32, 7, 4)),
        ["fewer products: three taps by two, strides"] = (2, Image(new((3, 4), (1, 2), Padding.Explicit(0, 2, 1, 3)), 32, 32, 6, 9)),
        ["fewer products: phases of three and of two taps"] = (2, Map(new(5, 2, Padding.Same), 32, 32, 4, 3)),
        ["fewer products: groups"] = (2, Image(new(4, 2, 1, groups: 2), 64, 96, 8, 6)),
        ["fewer products: more channels of the map than an item"] = (2, Image(new(4, 2, 1), 64, 264, 4, 4)),
        ["fewer products: batch 0"] = (0, Image(new(4, 2, 1), 32, 32, 4, 4)),
        ["batch 0"] = (0, Image(new(3, 2, 1), 3, 4, 5, 6)),
    };

    /// <summary>Those that are computed with fewer products, one direction at least.</summary>
    public static TheoryData<string> WithFewerProducts() =>
        new(All.Keys.Where(name => name.StartsWith("fewer products", StringComparison.Ordinal)));

    /// <summary>Every geometry with every kernel set that this machine has.</summary>
    public static TheoryData<string, string> WithKernels()
    {
        var data = new TheoryData<string, string>();
        foreach (string geometry in All.Keys)
        {
            foreach (KernelSet kernels in KernelRegistry.All.Where(kernels => kernels.IsSupported))
            {
                data.Add(geometry, kernels.Name);
            }
        }

        return data;
    }

    public static (int Batch, ConvolutionGeometry Geometry) Get(string name) => All[name];

    private static ConvolutionGeometry Image(ConvolutionWindow window, int imageChannels, int mapChannels, int height, int width) =>
        ConvolutionGeometry.ForImage(window, imageChannels, mapChannels, height, width);

    private static ConvolutionGeometry Map(ConvolutionWindow window, int mapChannels, int imageChannels, int height, int width) =>
        ConvolutionGeometry.ForMap(window, mapChannels, imageChannels, height, width);
}
