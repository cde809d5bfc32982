namespace MiniGan.Losses;

/// <summary>The points at which a gradient penalty takes the slope of D.</summary>
public enum PenaltyPoint
{
    /// <summary>The real images, as R1 does.</summary>
    Real,

    /// <summary>The generated images.</summary>
    Generated,

    /// <summary>Points of the penalty's own: see <see cref="GradientPenalty.Place"/>.</summary>
    Placed,
}
