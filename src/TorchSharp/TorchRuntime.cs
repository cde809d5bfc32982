namespace MiniGan.TorchSharp;

/// <summary>TorchSharp's native library.</summary>
public static class TorchRuntime
{
    /// <summary>Makes sure that it is there, before anything is begun that needs it.</summary>
    /// <exception cref="PlatformNotSupportedException">It cannot be loaded.</exception>
    public static void Require()
    {
        try
        {
            torch.zeros(1).Dispose();
        }
        catch (Exception exception) when (exception is TypeInitializationException or NotSupportedException or DllNotFoundException or EntryPointNotFoundException)
        {
            throw new PlatformNotSupportedException(
                $"TorchSharp's native library cannot be loaded: {exception.GetBaseException().Message.Split('\n')[0].Trim()} Build with a package of it for this system, such as TorchSharp-cpu.", exception);
        }
    }
}
