// Asks Jira who the API token belongs to. The secret comes from an environment variable.
//
// The secret is in ATLASSIAN_API_TOKEN, which whoever starts the program sets.
//
// ATLASSIAN_URL is https://YOUR_SITE.atlassian.net, or, for a token with scopes,
// https://api.atlassian.com/ex/jira/CLOUD_ID.
// ATLASSIAN_EMAIL is the mail address of the account.

using System;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;

namespace Example
{
    internal static class ApiToken
    {
        private static readonly HttpClient Client =
            new HttpClient { Timeout = TimeSpan.FromSeconds(30) };

        private static Task<string> ReadSecret()
        {
            return Task.FromResult(Needed("ATLASSIAN_API_TOKEN"));
        }

        private static string Needed(string name)
        {
            var value = Environment.GetEnvironmentVariable(name);
            if (string.IsNullOrEmpty(value))
            {
                throw new InvalidOperationException(name + " is not set");
            }

            return value;
        }

        private static async Task<string> Ask(HttpRequestMessage request)
        {
            using (var answer = await Client.SendAsync(request))
            {
                answer.EnsureSuccessStatusCode();
                return await answer.Content.ReadAsStringAsync();
            }
        }

        private static async Task Main()
        {
            var login = Needed("ATLASSIAN_EMAIL") + ":" + await ReadSecret();
            using (var request = new HttpRequestMessage(
                HttpMethod.Get, Needed("ATLASSIAN_URL") + "/rest/api/3/myself"))
            {
                request.Headers.Authorization = new AuthenticationHeaderValue(
                    "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(login)));
                using (var user = JsonDocument.Parse(await Ask(request)))
                {
                    Console.WriteLine(user.RootElement.GetProperty("displayName").GetString());
                }
            }
        }
    }
}
