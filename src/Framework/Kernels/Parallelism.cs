namespace MiniGan.Kernels;

/// <summary>How many threads the kernels use. The results are the same bits for any number of them.</summary>
/// <remarks>
/// Work is cut into items that depend on the problem alone, never on the number of threads, and each item writes memory of its own; the
/// threads only take the items in turn. Only one loop is shared among the threads at a time: a caller that finds them busy runs its own
/// loop alone. The threads are our own for the sake of the garbage, not of the time: <c>Parallel.For</c> allocates more than a kilobyte a
/// loop, and a step has over a hundred loops; see <c>docs/decisions/0003-own-threads.md</c>.
/// </remarks>
public static class Parallelism
{
    private const int MostThreads = 256;

    private static readonly Lock Gate = new();
    private static WorkTeam team = new(Math.Min(Environment.ProcessorCount, MostThreads));

    /// <summary>Threads that share the work, the calling one included; the number of processors unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 1 to 256.</exception>
    public static int Threads
    {
        get => team.Threads;
        set
        {
            if (value is < 1 or > MostThreads)
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, $"The number of threads must be from 1 to {MostThreads}.");
            }

            lock (Gate)
            {
                if (value != team.Threads)
                {
                    WorkTeam old = team;
                    team = new WorkTeam(value);
                    old.Retire();
                }
            }
        }
    }

    /// <summary>
    /// Runs body(0) … body(count − 1), shared among the threads, and returns when all are done. For layers of one's own, too.
    /// </summary>
    /// <param name="count">Number of items; none for less than 1.</param>
    /// <param name="body">One item; must write only memory that no other item reads or writes.</param>
    public static void For(int count, Action<int> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (count <= 1 || Threads == 1 || Gate.IsHeldByCurrentThread || !Gate.TryEnter())
        {
            for (int i = 0; i < count; i++)
            {
                body(i);
            }

            return;
        }

        try
        {
            team.Run(count, body);
        }
        finally
        {
            Gate.Exit();
        }
    }
}
