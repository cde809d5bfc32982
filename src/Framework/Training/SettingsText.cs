using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MiniGan.Losses;
using MiniGan.Optimizers;

namespace MiniGan.Training;

/// <summary>
/// A loss, an optimiser, a penalty or a schedule in words: its type and the numbers that it was made with, also where it is somebody's own.
/// </summary>
internal static class SettingsText
{
    private static readonly Type[] Parts =
        [typeof(AdversarialLoss), typeof(GradientPenalty), typeof(LearningRateSchedule), typeof(Optimizer)];

    /// <summary>For example <c>R1Penalty, interval 4, point Real, weight 1</c>; <c>none</c> of null.</summary>
    /// <param name="part">
    /// The part. Its settings are its public properties that never change: numbers, texts and choices without a setter, and other parts
    /// that it is made of, for example <c>WarmUp, steps 9, then (LinearDecay, steps 90)</c>.
    /// </param>
    /// <param name="learningRate">The learning rate that it began with, of an optimiser.</param>
    public static string Of(object? part, double? learningRate = null)
    {
        if (part is null)
        {
            return "none";
        }

        string? rate = learningRate?.ToString("R", CultureInfo.InvariantCulture);
        return string.Join(
            ", ",
            new[] { part.GetType().Name }.Concat(rate is null ? [] : [$"learning rate {rate}"]).Concat(SettingsOf(part, except: null)));
    }

    /// <summary>The settings of a module that somebody derived, without those that it has from the library's types.</summary>
    /// <param name="module">The module.</param>
    /// <param name="except">The assembly whose types' properties are left out.</param>
    public static string Of(object module, Assembly except) => string.Join(", ", SettingsOf(module, except));

    private static IEnumerable<string> SettingsOf(object part, Assembly? except) =>
            from property in part.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            where property.CanRead && NeverChanges(property) && property.GetIndexParameters().Length == 0
            where property.DeclaringType?.Assembly != except
            where property.GetMethod?.GetBaseDefinition().DeclaringType != typeof(AdversarialLoss) // what it asks of a trainer
            let isPart = Parts.Any(type => type.IsAssignableFrom(property.PropertyType))
            where isPart || property.PropertyType.IsPrimitive || property.PropertyType.IsEnum || property.PropertyType == typeof(string)
            orderby property.Name
            let value = property.GetValue(part)
            select $"{Words(property.Name)} {(isPart ? Nested(value) : Convert.ToString(value, CultureInfo.InvariantCulture))}";

    private static string Nested(object? part) => part is null ? Of(part) : $"({Of(part)})";

    /// <summary>Whether it has no setter, not even a private one, or one for the initialiser only.</summary>
    private static bool NeverChanges(PropertyInfo property) =>
        property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ?? true;

    private static string Words(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name).Replace('-', ' ');
}
