using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Tests.Kernels;

public sealed unsafe class TranspositionTests
{
    /// <summary>Sizes around the squares of 8 and the four rows at once; what lies between the rows of the target stays as it is.</summary>
    [Fact]
    public void Rows_become_columns_and_nothing_else_changes()
    {
        const float fence = 12345;
        foreach (int rows in Enumerable.Range(0, 21))
        {
            foreach (int columns in new[] { 0, 1, 3, 4, 7, 8, 9, 15, 16, 17, 25 })
            {
                int sourceStride = columns + 3, targetStride = rows + 2;
                Tensor source = Values.Normal(new Shape(rows + 1, sourceStride), "source");
                var target = new Tensor(new Shape(columns + 1, targetStride));
                target.Span.Fill(fence);
                Transposition.Copy(source.Pointer, sourceStride, target.Pointer, targetStride, rows, columns);
                for (int c = 0; c <= columns; c++)
                {
                    for (int r = 0; r < targetStride; r++)
                    {
                        Assert.Equal(r < rows && c < columns ? source[r, c] : fence, target[c, r]);
                    }
                }
            }
        }
    }
}
