// Asks Jira who the API token belongs to. The secret comes from HashiCorp Vault.
//
// VAULT_ADDR and VAULT_TOKEN say which Vault, and who asks; the secret is the field value
// at secret/atlassian of the key-value store, version 2.
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

        private static async Task<string> ReadSecret()
        {
            var url = Needed("VAULT_ADDR") + "/v1/secret/data/atlassian";
            using (var question = new HttpRequestMessage(HttpMethod.Get, url))
            {
                question.Headers.Add("X-Vault-Token", Needed("VAULT_TOKEN"));
                using (var answer = JsonDocument.Parse(await Ask(question)))
                {
                    var fields = answer.RootElement.GetProperty("data").GetProperty("data");
                    return fields.GetProperty("value").GetString();
                }
            }
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
