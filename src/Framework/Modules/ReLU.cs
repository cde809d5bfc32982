namespace MiniGan.Modules;

/// <summary>y = max(x, 0): <see cref="LeakyReLU"/> with slope 0.</summary>
public sealed class ReLU() : LeakyReLU(slope: 0);
