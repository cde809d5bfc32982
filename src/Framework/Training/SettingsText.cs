using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace MiniGan.Training;

/// <summary>
/// A loss, an optimiser, a penalty or a schedule in words: its type and the numbers that it was made with, also where it is somebody's own.
/// </summary>
internal static class SettingsText
{
    /// <summary>For example <c>R1Penalty, interval 4, weight 1</c>; <c>none</c> of null.</summary>
    /// <param name="part">The part. Its numbers are its public properties that never change: those without a setter.</param>
    /// <param name="learningRate">The learning rate that it began with, of an optimiser.</param>
    public static string Of(object? part, double? learningRate = null)
    {
        if (part is null)
        {
            return "none";
        }

        IEnumerable<string> numbers =
            from property in part.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            where property.CanRead && property.GetSetMethod() is null && property.GetIndexParameters().Length == 0
            where property.PropertyType.IsPrimitive
            orderby property.Name
            select $"{Words(property.Name)} {Convert.ToString(property.GetValue(part), CultureInfo.InvariantCulture)}";
        string? rate = learningRate?.ToString("R", CultureInfo.InvariantCulture);
        return string.Join(", ", new[] { part.GetType().Name }.Concat(rate is null ? [] : [$"learning rate {rate}"]).Concat(numbers));
    }

    private static string Words(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name).Replace('-', ' ');
}
