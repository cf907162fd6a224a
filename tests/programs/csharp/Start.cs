// Starts a program whose Main is asynchronous, which Mono's compiler takes for no beginning.

using System.Reflection;
using System.Threading.Tasks;

internal static class Start
{
    private static void Main(string[] names)
    {
        var program = Assembly.GetExecutingAssembly().GetType("Example." + names[0]);
        var main = program.GetMethod("Main", BindingFlags.Static | BindingFlags.NonPublic);
        ((Task)main.Invoke(null, null)).GetAwaiter().GetResult();
    }
}
