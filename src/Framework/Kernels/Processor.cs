using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace MiniGan.Kernels;

/// <summary>What this machine can do at most, to compare what the layers reach with.</summary>
public static unsafe class Processor
{
    private const int RoundsPerItem = 1 << 15;

    private static readonly Action<int> Item = static _ => KernelRegistry.Current.MultiplyAddInRegisters(RoundsPerItem);

    /// <summary>The kernels in use: <c>avx512</c>, <c>avx2</c> or <c>portable</c>.</summary>
    /// <exception cref="PlatformNotSupportedException">The environment forces kernels that this machine lacks.</exception>
    public static string Kernels => KernelRegistry.Current.Name;

    /// <summary>What the processor calls itself, as <c>AMD EPYC 9554 64-Core Processor</c>; its architecture if it does not say.</summary>
    public static string Name { get; } = ReadName();

    /// <summary>
    /// Floating-point operations a second (a multiply-add is two) that <see cref="Parallelism.Threads"/> threads reach on registers alone,
    /// without touching memory: the best of many short runs within half a second, so that a busy moment does not lower it.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">The environment forces kernels that this machine lacks.</exception>
    public static double MeasurePeak()
    {
        const double Seconds = 0.5;
        int items = 4 * Parallelism.Threads;
        double operations = (double)items * KernelRegistry.Current.MultiplyAddInRegisters(RoundsPerItem), best = double.MaxValue;
        long first = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(first).TotalSeconds < Seconds)
        {
            long start = Stopwatch.GetTimestamp();
            Parallelism.For(items, Item);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return operations / best;
    }

    /// <summary>The brand string, 48 characters in three times four registers; see CPUID in the manuals of Intel and AMD.</summary>
    private static string ReadName()
    {
        const int First = unchecked((int)0x80000002), Last = unchecked((int)0x80000004), Largest = unchecked((int)0x80000000);
        if (!X86Base.IsSupported || (uint)X86Base.CpuId(Largest, 0).Eax < unchecked((uint)Last))
        {
            return $"{RuntimeInformation.ProcessArchitecture}";
        }

        var name = new StringBuilder();
        for (int function = First; function <= Last; function++)
        {
            (int a, int b, int c, int d) = X86Base.CpuId(function, 0);
            foreach (int register in (ReadOnlySpan<int>)[a, b, c, d])
            {
                name.Append(Encoding.Latin1.GetString(BitConverter.GetBytes(register)));
            }
        }

        return name.ToString().TrimEnd('\0', ' ').Trim();
    }
}
