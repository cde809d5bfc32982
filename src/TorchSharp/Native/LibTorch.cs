using System.Diagnostics;
using System.Runtime.InteropServices;
using MiniGan.Files;

namespace MiniGan.TorchSharp.Native;

/// <summary>Loads TorchSharp's native library, <c>LibTorchSharp</c>, and libtorch with it.</summary>
internal static partial class LibTorch
{
    private const string Library = "LibTorchSharp";

    /// <summary>Loads it, so that TorchSharp finds it loaded.</summary>
    /// <returns>Null if it is loaded; else why it is not, in one line.</returns>
    public static string? TryLoad()
    {
        KeepIdleThreadsAsleep();
        string file = OperatingSystem.IsWindows() ? $"{Library}.dll"
            : OperatingSystem.IsMacOS() ? $"lib{Library}.dylib"
            : $"lib{Library}.so";
        try
        {
            string? path = Find(file);
            if (path is not null && OperatingSystem.IsLinux())
            {
                CheckWhole(Path.GetDirectoryName(path)!);
            }

            if (NativeLibrary.TryLoad(Library, typeof(torch).Assembly, null, out _))
            {
                return null;
            }

            if (path is null)
            {
                return $"there is no libtorch for {RuntimeInformation.RuntimeIdentifier} beside the program; it is built for linux-x64, " +
                    "osx-arm64, win-arm64 and win-x64.";
            }

            if (!OperatingSystem.IsLinux() || !LoadWithWeakVersions(path))
            {
                NativeLibrary.Load(path);
            }

            return null;
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            // Of .NET's lines, the second has the system's own words; the first is advice.
            return exception.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(2).Last();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return exception.Message;
        }
    }

    /// <summary>
    /// The system's loader ends the process, with no error to catch, when it maps a library that has been cut off, as by a full disk.
    /// </summary>
    private static void CheckWhole(string folder)
    {
        foreach (string library in Directory.EnumerateFiles(folder, "*.so*"))
        {
            using FileStream file = File.OpenRead(library);
            if (!ElfFile.IsWhole(file))
            {
                throw new MalformedFileException(library, "this is no whole shared library. Remove it, and restore and build again.");
            }
        }
    }

    /// <summary>
    /// TorchSharp 0.107 for Linux asks for GLIBCXX_3.4.32 (GCC 13), which Debian 12 and Ubuntu 22.04 lack, without using
    /// anything of it. So a copy that does not insist is loaded instead; TorchSharp then finds it by its name, as the system's
    /// loader never loads two libraries of one name.
    /// </summary>
    /// <returns>False if the library insists on nothing that it could do without.</returns>
    private static bool LoadWithWeakVersions(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        if (ElfFile.MarkUnusedVersionsWeak(file) == 0)
        {
            return false;
        }

        // What it needs lies beside the original, not beside the copy.
        foreach (string needed in (string[])["libtorch_cpu.so", "libtorch.so"])
        {
            NativeLibrary.Load(Find(needed) ?? needed);
        }

        // In a folder that only this user can write to, and gone once it is loaded.
        DirectoryInfo own = Directory.CreateTempSubdirectory("minigan-");
        try
        {
            string copy = Path.Combine(own.FullName, Path.GetFileName(path));
            File.WriteAllBytes(copy, file);
            NativeLibrary.Load(copy);
        }
        finally
        {
            own.Delete(recursive: true);
        }

        return true;
    }

    /// <summary>A native file among those that the program came with.</summary>
    private static string? Find(string name) =>
        $"{AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES")}".Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    /// <summary>
    /// libtorch's threads (OpenMP) wait in a loop for more work, which makes everything 5 to 15 times slower where others need the
    /// processors as well: they sleep, unless the user says otherwise by OMP_WAIT_POLICY. Libraries read the C library's environment,
    /// which .NET's own does not reach on Unix.
    /// </summary>
    private static void KeepIdleThreadsAsleep()
    {
        const string Variable = "OMP_WAIT_POLICY", Asleep = "PASSIVE";
        if (!OperatingSystem.IsWindows())
        {
            int result = SetEnvironment(Variable, Asleep, overwrite: 0);
            Debug.Assert(result == 0, "Only a name without '=' and memory are needed.");
        }
        else if (Environment.GetEnvironmentVariable(Variable) is null)
        {
            Environment.SetEnvironmentVariable(Variable, Asleep);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
