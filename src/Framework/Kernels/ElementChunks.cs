namespace MiniGan.Kernels;

/// <summary>Work on elements that have nothing to do with each other, some at a time, shared among the threads.</summary>
/// <remarks>Make one a use and keep it: a run makes no garbage then.</remarks>
internal sealed class ElementChunks
{
    private const int FloatsPerChunk = 16384;

    private readonly Action<int> runChunk;
    private int count;

    /// <summary>Makes the work.</summary>
    /// <param name="work">Does it for the elements of a range.</param>
    public ElementChunks(Action<Range> work)
    {
        runChunk = chunk =>
        {
            int start = chunk * FloatsPerChunk;
            work(start..(start + Math.Min(FloatsPerChunk, count - start)));
        };
    }

    /// <summary>Does it for the elements from 0 to a number of them.</summary>
    public void Run(int count)
    {
        this.count = count;
        Parallelism.For(Division.Ceiling(count, FloatsPerChunk), runChunk);
    }
}
