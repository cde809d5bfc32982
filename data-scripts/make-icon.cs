#!/usr/bin/env dotnet
// Draws docs/images/icon.png, the packages' picture: C of a convolution of kernel 3 over 8 pixels, padded, a colour per tap.
// Usage: dotnet run data-scripts/make-icon.cs
#:property PublishAot=false
#:project ../src/Framework/MiniGan.Framework.csproj
using MiniGan.Convolution;
using MiniGan.Imaging;
using MiniGan.Tensors;

const int Pixels = 8, Cell = 16;
var geometry = ConvolutionGeometry.ForImage(
    new ConvolutionWindow(kernel: (1, 3), padding: Padding.Explicit(0, 1, 0, 1)), imageChannels: 1, mapChannels: 1, imageHeight: 1,
    imageWidth: Pixels);
float[,] matrix = new ConvolutionOperator(geometry).ToMatrix(Tensor.FromRowMajor(geometry.WeightShape, [1, 2, 3]));
float[][] colours = [[0.06f, 0.08f, 0.14f], [0.16f, 0.50f, 0.73f], [0.95f, 0.96f, 0.98f], [0.90f, 0.49f, 0.13f]];
var image = new Tensor(new Shape(1, 3, Pixels * Cell, Pixels * Cell));
for (int row = 0; row < Pixels * Cell; row++)
{
    for (int column = 0; column < Pixels * Cell; column++)
    {
        bool isEdge = row % Cell is 0 or Cell - 1 || column % Cell is 0 or Cell - 1;
        float[] colour = colours[isEdge ? 0 : (int)matrix[row / Cell, column / Cell]];
        for (int channel = 0; channel < 3; channel++)
        {
            image[0, channel, row, column] = (2 * colour[channel]) - 1;
        }
    }
}

PngWriter.Write("docs/images/icon.png", ImageConversion.Grid(image, columns: 1, gap: 0));
