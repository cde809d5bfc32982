using MiniGan.Convolution;
using MiniGan.Tensors;

namespace MiniGan.Tests.Convolution;

/// <summary>
/// The three products by plain loops in double, straight from the definition: step (i, j) and tap (u, v) meet on pixel (i·s + u·d − before,
/// …). Shares no code with the library beyond the geometry's numbers.
/// </summary>
internal static class DirectConvolution
{
    public static double[,,,] Apply(ConvolutionGeometry g, Tensor image, Tensor weight)
    {
        double[,,,] map = new double[image.Shape.N, g.MapChannels, g.Rows.Map, g.Columns.Map];
        ForEach(g, image.Shape.N, (n, m, i, j, c, y, x, k, u, v) => map[n, m, i, j] += (double)image[n, c, y, x] * weight[m, k, u, v]);
        return map;
    }

    public static double[,,,] ApplyTransposed(ConvolutionGeometry g, Tensor map, Tensor weight)
    {
        double[,,,] image = new double[map.Shape.N, g.ImageChannels, g.Rows.Image, g.Columns.Image];
        ForEach(g, map.Shape.N, (n, m, i, j, c, y, x, k, u, v) => image[n, c, y, x] += (double)map[n, m, i, j] * weight[m, k, u, v]);
        return image;
    }

    public static double[,,,] WeightGradient(ConvolutionGeometry g, Tensor image, Tensor map)
    {
        double[,,,] gradient = new double[g.MapChannels, g.ImageChannels / g.Groups, g.Rows.Kernel, g.Columns.Kernel];
        ForEach(g, image.Shape.N, (n, m, i, j, c, y, x, k, u, v) => gradient[m, k, u, v] += (double)map[n, m, i, j] * image[n, c, y, x]);
        return gradient;
    }

    private delegate void Meeting(int n, int m, int i, int j, int c, int y, int x, int k, int u, int v);

    private static void ForEach(ConvolutionGeometry g, int batch, Meeting meet)
    {
        int mapPerGroup = g.MapChannels / g.Groups, imagePerGroup = g.ImageChannels / g.Groups;
        for (int n = 0; n < batch; n++)
        {
            for (int m = 0; m < g.MapChannels; m++)
            {
                for (int i = 0; i < g.Rows.Map; i++)
                {
                    for (int j = 0; j < g.Columns.Map; j++)
                    {
                        for (int k = 0; k < imagePerGroup; k++)
                        {
                            for (int u = 0; u < g.Rows.Kernel; u++)
                            {
                                for (int v = 0; v < g.Columns.Kernel; v++)
                                {
                                    int y = (i * g.Rows.Stride) + (u * g.Rows.Dilation) - g.Rows.Before;
                                    int x = (j * g.Columns.Stride) + (v * g.Columns.Dilation) - g.Columns.Before;
                                    if (y >= 0 && y < g.Rows.Image && x >= 0 && x < g.Columns.Image)
                                    {
                                        meet(n, m, i, j, (m / mapPerGroup * imagePerGroup) + k, y, x, k, u, v);
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
