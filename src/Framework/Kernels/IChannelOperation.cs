using System.Numerics;

namespace MiniGan.Kernels;

/// <summary>
/// What <see cref="ChannelMap{TOperation}"/> does to each element: a function of two elements at the same place and
/// five constants of their channel, and one of all channels.
/// </summary>
internal interface IChannelOperation
{
    /// <summary>The function, for as many channels as there are lanes. Those that the function has no use for may be anything.</summary>
    static abstract Vector<float> Invoke(
        Vector<float> a, Vector<float> b, Vector<float> mean, Vector<float> p, Vector<float> q, Vector<float> r, Vector<float> s,
        Vector<float> slope);
}
