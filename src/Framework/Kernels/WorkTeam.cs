using System.Runtime.ExceptionServices;

namespace MiniGan.Kernels;

/// <summary>A fixed team of background threads that share one loop after another; allocates nothing per loop.</summary>
/// <remarks>
/// A loop is published by one write of <c>ticket</c>: its generation in the upper half, the items left in the lower. A thread claims an
/// item by a compare-exchange on the whole ticket, so one that woke late can claim nothing of a loop that has no items left; and while
/// items are left the loop cannot end, so the body that was read before the claim is the right one exactly if the claim succeeds. Idle
/// threads spin for a moment, since loops follow each other closely, then sleep.
/// </remarks>
internal sealed class WorkTeam
{
    private const int SpinsBeforeSleep = 2000;

    private readonly object sleeping = new();
    private int sleepers;
    private bool retired;

    private Action<int> body = static _ => { };
    private int done;
    private long ticket;
    private ExceptionDispatchInfo? failure;

    public WorkTeam(int threads)
    {
        Threads = threads;
        for (int i = 1; i < threads; i++)
        {
            new Thread(Work) { IsBackground = true, Name = $"MiniGan kernels {i}" }.Start();
        }
    }

    /// <summary>Threads that share a loop, the caller of <see cref="Run"/> included.</summary>
    public int Threads { get; }

    /// <summary>Runs body(0) … body(count − 1) and returns when all are done; called by one thread at a time.</summary>
    public void Run(int count, Action<int> body)
    {
        this.body = body;
        failure = null;
        done = 0;
        long generation = (ticket >> 32) + 1;
        Interlocked.Exchange(ref ticket, (generation << 32) | (uint)count);
        if (Volatile.Read(ref sleepers) > 0)
        {
            lock (sleeping)
            {
                Monitor.PulseAll(sleeping);
            }
        }

        Share(generation);
        var spin = new SpinWait();
        while (Volatile.Read(ref done) < count)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        this.body = static _ => { };
        failure?.Throw();
    }

    /// <summary>Lets the threads end.</summary>
    public void Retire()
    {
        lock (sleeping)
        {
            retired = true;
            Monitor.PulseAll(sleeping);
        }
    }

    private void Work()
    {
        long seen = 0;
        while (AwaitNext(ref seen))
        {
            Share(seen);
        }
    }

    /// <summary>Claims and runs items of that generation until none is left.</summary>
    private void Share(long generation)
    {
        while (true)
        {
            long now = Volatile.Read(ref ticket);
            Action<int> work = body;
            int left = (int)now;
            if (now >> 32 != generation || left == 0)
            {
                return;
            }

            if (Interlocked.CompareExchange(ref ticket, now - 1, now) != now)
            {
                continue;
            }

            try
            {
                work(left - 1);
            }
            catch (Exception exception)
            {
                // Run throws it on the caller's thread once all items are done.
                failure ??= ExceptionDispatchInfo.Capture(exception);
            }

            Interlocked.Increment(ref done);
        }
    }

    /// <summary>Waits for a generation later than <paramref name="seen"/>; false once the team is retired.</summary>
    private bool AwaitNext(ref long seen)
    {
        for (int spins = 0; spins < SpinsBeforeSleep; spins++)
        {
            long now = Volatile.Read(ref ticket) >> 32;
            if (now != seen)
            {
                seen = now;
                return true;
            }

            Thread.SpinWait(10);
        }

        lock (sleeping)
        {
            Interlocked.Increment(ref sleepers);
            while (Volatile.Read(ref ticket) >> 32 == seen && !retired)
            {
                Monitor.Wait(sleeping);
            }

            Interlocked.Decrement(ref sleepers);
            seen = Volatile.Read(ref ticket) >> 32;
            return !retired;
        }
    }
}
