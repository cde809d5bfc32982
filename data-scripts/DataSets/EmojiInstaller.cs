using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MiniGan.DataSets;

/// <summary>
/// Twitter's emoji as pictures of 64×64, transparent PNG, in a folder per category: the npm package <c>emoji-datasource-twitter</c>. The
/// pictures are Twemoji's, by Twitter and others, CC BY 4.0.
/// </summary>
/// <param name="folder">Where the folders go.</param>
/// <param name="report">Takes a line for the user now and then.</param>
/// <param name="progress">Takes what is done and the share that is done, 0 to 1.</param>
/// <param name="source">Where they come from; the package unless given.</param>
/// <param name="sha256">Of what <see cref="Sha256Of"/> makes of them; that of the package unless given.</param>
public sealed class EmojiInstaller(
    string folder, Action<string> report, Action<string, double> progress, EmojiInstaller.Reader? source = null, string? sha256 = null)
    : IInstaller
{
    private const string Package = "emoji-datasource-twitter@16.0.0", Data = "emoji.json", Pictures = "img/twitter/64/";

    private const string PackageSha256 = "e039491ca833e679285cd93e576cc4128990edd7bddf7a5f3a7cec7f0bdf66b2";

    private readonly string expected = sha256 ?? PackageSha256;

    /// <summary>Reads all files of a package.</summary>
    /// <param name="receive">Takes the path of each, and its contents.</param>
    /// <param name="progress">Takes what is done and the share that is done.</param>
    /// <param name="cancelled">Stops it.</param>
    public delegate Task Reader(Action<string, Stream> receive, Action<string, double> progress, CancellationToken cancelled);

    /// <inheritdoc/>
    public string Summary =>
        $"emoji: {Files().Count()} pictures of 64×64 in {Directory.GetDirectories(folder).Length} categories, SHA-256 checked, in " +
        $"{folder} (Twemoji, CC BY 4.0)";

    /// <inheritdoc/>
    public async Task InstallAsync(CancellationToken cancelled = default)
    {
        if (IsInPlace())
        {
            return;
        }

        report($"Getting the emoji from the npm package {Package}");
        byte[]? data = null;
        Dictionary<string, byte[]> pictures = [];
        await (source ?? new NpmSource(Package, "package").ReadAsync)(
            (name, contents) =>
            {
                if (name == Data || name.StartsWith(Pictures, StringComparison.Ordinal))
                {
                    using var bytes = new MemoryStream();
                    contents.CopyTo(bytes);
                    if (name == Data)
                    {
                        data = bytes.ToArray();
                    }
                    else
                    {
                        pictures[name[Pictures.Length..]] = bytes.ToArray();
                    }
                }
            },
            progress, cancelled);
        Dictionary<string, byte[]> sorted = Sort(data ?? throw new IOException($"{Package} has no {Data}"), pictures);
        string actual = Sha256Of(sorted);
        if (actual != expected)
        {
            throw new IOException($"the emoji have SHA-256 {actual} instead of {expected}: they are damaged or others");
        }

        Write(sorted);
    }

    /// <summary>SHA-256 of pictures by their paths: of the line "path, SHA-256 of the picture" for each, in ordinal order.</summary>
    /// <param name="pictures">The pictures.</param>
    public static string Sha256Of(IReadOnlyDictionary<string, byte[]> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        IEnumerable<string> lines = pictures.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key} {Convert.ToHexStringLower(SHA256.HashData(pair.Value))}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }

    /// <summary>The pictures by their path: category/name.png. Skin tones go with what they are of.</summary>
    private static Dictionary<string, byte[]> Sort(byte[] data, Dictionary<string, byte[]> pictures)
    {
        try
        {
            using var document = JsonDocument.Parse(data);
            var sorted = new Dictionary<string, byte[]>();
            foreach (JsonElement emoji in document.RootElement.EnumerateArray())
            {
                string category = emoji.GetProperty("category").GetString()!.ToLowerInvariant()
                    .Replace(" & ", "-", StringComparison.Ordinal).Replace(' ', '-');
                IEnumerable<JsonElement> tones = emoji.TryGetProperty("skin_variations", out JsonElement variations)
                    ? variations.EnumerateObject().Select(pair => pair.Value)
                    : [];
                foreach (JsonElement one in tones.Prepend(emoji))
                {
                    string name = one.GetProperty("image").GetString()!;
                    if (pictures.TryGetValue(name, out byte[]? picture))
                    {
                        sorted[$"{category}/{name}"] = picture;
                    }
                }
            }

            return sorted;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new IOException($"{Data} is not what it was: {exception.Message}", exception);
        }
    }

    private bool IsInPlace()
    {
        Dictionary<string, byte[]> there = Files().ToDictionary(
            path => Path.GetRelativePath(folder, path).Replace('\\', '/'), File.ReadAllBytes);
        return there.Count > 0 && Sha256Of(there) == expected;
    }

    private IEnumerable<string> Files() => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*.png", SearchOption.AllDirectories)
        : [];

    /// <summary>Writes them beside the folder, and then takes its place, so that it is whole or not there.</summary>
    private void Write(Dictionary<string, byte[]> sorted)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new IOException($"'{folder}' holds something else, or a part of the emoji. Move it away, and run this again.");
        }

        string part = folder + ".part";
        if (Directory.Exists(part))
        {
            Directory.Delete(part, recursive: true); // of an earlier try
        }

        foreach ((string path, byte[] picture) in sorted)
        {
            string file = Path.Combine(part, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, picture);
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder); // empty
        }

        Directory.Move(part, folder);
    }
}
