// Gets an access token with a client secret, and asks Jira who it belongs to. The secret comes from CyberArk Conjur.
//
// CONJUR_APPLIANCE_URL, CONJUR_ACCOUNT, CONJUR_AUTHN_LOGIN and CONJUR_AUTHN_API_KEY say which
// Conjur, and who asks; ATLASSIAN_VARIABLE_ID names the variable.
//
// ATLASSIAN_URL is https://api.atlassian.com/ex/jira/CLOUD_ID.
// ATLASSIAN_CLIENT_ID is the public half of the credential.

using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;

namespace Example
{
    internal static class OauthClient
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

        private static async Task<string> AccessToken()
        {
            var url = Environment.GetEnvironmentVariable("ATLASSIAN_TOKEN_URL")
                ?? "https://auth.atlassian.com/oauth/token";
            var body = JsonSerializer.Serialize(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = Needed("ATLASSIAN_CLIENT_ID"),
                ["client_secret"] = await ReadSecret(),
            });
            using (var request = new HttpRequestMessage(HttpMethod.Post, url))
            {
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
                using (var grant = JsonDocument.Parse(await Ask(request)))
                {
                    return grant.RootElement.GetProperty("access_token").GetString();
                }
            }
        }

        private static async Task Main()
        {
            using (var request = new HttpRequestMessage(
                HttpMethod.Get, Needed("ATLASSIAN_URL") + "/rest/api/3/myself"))
            {
                request.Headers.Authorization = new AuthenticationHeaderValue(
                    "Bearer", await AccessToken());
                using (var user = JsonDocument.Parse(await Ask(request)))
                {
                    Console.WriteLine(user.RootElement.GetProperty("displayName").GetString());
                }
            }
        }
    }
}
