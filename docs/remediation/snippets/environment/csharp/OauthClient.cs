// Gets an access token with a client secret, and asks Jira who it belongs to. The secret comes from an environment variable.
//
// The secret is in ATLASSIAN_CLIENT_SECRET, which whoever starts the program sets.
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

        private static Task<string> ReadSecret()
        {
            return Task.FromResult(Needed("ATLASSIAN_CLIENT_SECRET"));
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
