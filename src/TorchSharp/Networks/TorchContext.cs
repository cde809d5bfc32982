using MiniGan.Tensors;

namespace MiniGan.TorchSharp.Networks;

/// <summary>What the translated modules of a game share: where and in which precision they compute, and the labels of the batch.</summary>
internal sealed class TorchContext
{
    private static readonly string[] DeviceTypes = ["cpu", "cuda", "mps"];

    /// <summary>Checks the options, and loads libtorch.</summary>
    /// <exception cref="ArgumentException">There is no such device.</exception>
    /// <exception cref="PlatformNotSupportedException">TorchSharp, or the device, is not there.</exception>
    public TorchContext(TorchOptions options)
    {
        string[] words = options.Device.Split(':');
        int index = 0;
        if (words.Length > 2 || !DeviceTypes.Contains(words[0]) || (words.Length == 2 && !int.TryParse(words[1], out index)) || index < 0)
        {
            throw new ArgumentException($"A device is cpu, cuda, cuda:N or mps, but this is '{options.Device}'.", nameof(options));
        }

        TorchRuntime.Load();
        bool isThere = words[0] switch
        {
            "cuda" => torch.cuda.is_available() && index < torch.cuda.device_count(),
            "mps" => torch.mps_is_available() && index == 0,
            _ => index == 0,
        };
        if (!isThere)
        {
            throw new PlatformNotSupportedException(
                $"TorchSharp has no device '{options.Device}' here. Take the cpu, or for cuda build with a CUDA package of TorchSharp " +
                "and a driver that fits it.");
        }

        (Device, Type, IsTuned) = (
            torch.device(options.Device), options.IsDouble ? torch.ScalarType.Float64 : torch.ScalarType.Float32, options.IsTuned);
        Translations = options.Translations ?? TorchTranslations.Default;
    }

    public torch.Device Device { get; }

    public torch.ScalarType Type { get; }

    public bool IsTuned { get; }

    public TorchTranslations Translations { get; }

    /// <summary>The labels of the batch, [N], int64; null without classes.</summary>
    public TorchTensor? Labels { get; set; }

    /// <summary>A copy on the device, in its precision.</summary>
    public TorchTensor From(Tensor tensor) => tensor.ToTorch().to(Type, Device);

    /// <summary>Sets the labels, for modules until the next; they die with the scope.</summary>
    public void SetLabels(ReadOnlySpan<int> labels)
    {
        long[] wide = new long[labels.Length];
        for (int n = 0; n < wide.Length; n++)
        {
            wide[n] = labels[n];
        }

        Labels = torch.tensor(wide).to(Device);
    }
}
