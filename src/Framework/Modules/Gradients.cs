namespace MiniGan.Modules;

/// <summary>Which gradients a backward pass is asked for.</summary>
/// <remarks>
/// Tested as <c>(wanted &amp; Gradients.Input) != 0</c>: until the compiler optimises it, <see cref="Enum.HasFlag"/> makes garbage.
/// </remarks>
[Flags]
public enum Gradients
{
    /// <summary>Neither: a backward pass that does nothing.</summary>
    None = 0,

    /// <summary>The gradient of the input, dx, which <see cref="Module.Backward"/> returns.</summary>
    Input = 1,

    /// <summary>The gradients of the parameters, which <see cref="Module.Backward"/> adds to <see cref="Parameter.Gradient"/>.</summary>
    Parameters = 2,

    /// <summary>Both.</summary>
    All = Input | Parameters,
}
