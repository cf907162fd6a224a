// Asks Jira who the API token belongs to. The secret comes from CyberArk Conjur.
//
// CONJUR_APPLIANCE_URL, CONJUR_ACCOUNT, CONJUR_AUTHN_LOGIN and CONJUR_AUTHN_API_KEY say which
// Conjur, and who asks; ATLASSIAN_VARIABLE_ID names the variable.
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
            var url = Needed("CONJUR_APPLIANCE_URL");
            var account = Uri.EscapeDataString(Needed("CONJUR_ACCOUNT"));
            var login = Uri.EscapeDataString(Needed("CONJUR_AUTHN_LOGIN"));
            string session;
            using (var authenticate = new HttpRequestMessage(
                HttpMethod.Post, url + "/authn/" + account + "/" + login + "/authenticate"))
            {
                authenticate.Headers.Add("Accept-Encoding", "base64");
                authenticate.Content = new StringContent(Needed("CONJUR_AUTHN_API_KEY"));
                session = await Ask(authenticate);
            }

            var id = Uri.EscapeDataString(Needed("ATLASSIAN_VARIABLE_ID"));
            using (var question = new HttpRequestMessage(
                HttpMethod.Get, url + "/secrets/" + account + "/variable/" + id))
            {
                question.Headers.TryAddWithoutValidation(
                    "Authorization", "Token token=\"" + session + "\"");
                return await Ask(question);
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
