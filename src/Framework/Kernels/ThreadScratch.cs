namespace MiniGan.Kernels;

/// <summary>
/// Working memory of a thread: grows when asked for more, is never shared, and belongs to whoever asked last: nobody
/// keeps it across a call.
/// </summary>
internal static unsafe class ThreadScratch
{
    [ThreadStatic]
    private static nint[]? pointers;

    [ThreadStatic]
    private static float[]? floats;

    /// <summary>Room for that many pointers; whatever it held before is still in it.</summary>
    public static float** Pointers(int count) => (float**)Address(Grow(ref pointers, count));

    /// <summary>Room for that many floats; whatever it held before is still in it.</summary>
    public static float* Floats(int count) => (float*)Address(Grow(ref floats, count));

    private static T[] Grow<T>(ref T[]? array, int count) => count < 0
        ? throw new ArgumentOutOfRangeException(nameof(count))
        : array is not null && array.Length >= count ? array : array = GC.AllocateArray<T>(Math.Max(count, 1024), pinned: true);

    private static void* Address<T>(T[] array) =>
        System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(array));
}
