using System.Collections;
using System.Reflection;
using MiniGan.Modules;
using Module = MiniGan.Modules.Module;

namespace MiniGan.Training;

/// <summary>
/// Finds modules and parameters that somebody's own module holds in a field without telling of them: they would not be learned, saved or
/// switched to inference, and nothing would say so.
/// </summary>
internal static class HiddenModules
{
    /// <summary>Refuses networks with such modules.</summary>
    /// <exception cref="ArgumentException">There is one.</exception>
    public static void Refuse(params Module[] networks)
    {
        Module[] known = [.. networks.SelectMany(network => network.Descendants())];
        HashSet<object> told = new(
            known.Cast<object>().Concat(networks.SelectMany(network => network.Parameters)), ReferenceEqualityComparer.Instance);
        foreach (Module module in known.Where(module => module.GetType().Assembly != typeof(Module).Assembly))
        {
            foreach (FieldInfo field in FieldsOf(module.GetType()))
            {
                IEnumerable<object?> held = field.GetValue(module) switch
                {
                    IDictionary several => several.Values.Cast<object?>(),
                    ICollection several => several.Cast<object?>(),
                    object one => [one],
                    null => [],
                };
                if (held.FirstOrDefault(item => item is Module or Parameter && !told.Contains(item)) is object hidden)
                {
                    throw new ArgumentException(hidden is Module
                        ? $"{module.GetType().Name} holds a {hidden} that it does not tell of, so that nothing of it would be learned " +
                            "or saved. Derive it from Container, and hand that its children."
                        : $"{module.GetType().Name} holds the parameter '{((Parameter)hidden).Name}' that it does not tell of, so " +
                            "that it would not be learned or saved. Override Parameters.");
                }
            }
        }
    }

    private static IEnumerable<FieldInfo> FieldsOf(Type? type)
    {
        for (; type is not null && type.Assembly != typeof(Module).Assembly; type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                yield return field;
            }
        }
    }
}
