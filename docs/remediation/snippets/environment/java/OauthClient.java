import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * Gets an access token with a client secret, and asks Jira who it belongs to. The secret comes from an environment variable.
 *
 * <p>The secret is in ATLASSIAN_CLIENT_SECRET, which whoever starts the program sets.
 *
 * <p>ATLASSIAN_URL is https://api.atlassian.com/ex/jira/CLOUD_ID.
 * ATLASSIAN_CLIENT_ID is the public half of the credential.
 */
public final class OauthClient {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(30)).build();

    private OauthClient() {}

    private static String readSecret() {
        return needed("ATLASSIAN_CLIENT_SECRET");
    }

    private static String needed(String name) {
        String value = System.getenv(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalStateException(name + " is not set");
        }
        return value;
    }

    private static String ask(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> answer = CLIENT.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(request.uri().getHost() + " answered " + answer.statusCode());
        }
        return answer.body();
    }

    private static String accessToken() throws IOException, InterruptedException {
        String url =
                System.getenv()
                        .getOrDefault(
                                "ATLASSIAN_TOKEN_URL", "https://auth.atlassian.com/oauth/token");
        JsonObject body = new JsonObject();
        body.addProperty("grant_type", "client_credentials");
        body.addProperty("client_id", needed("ATLASSIAN_CLIENT_ID"));
        body.addProperty("client_secret", readSecret());
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body.toString()))
                        .build();
        JsonObject grant = JsonParser.parseString(ask(request)).getAsJsonObject();
        return grant.get("access_token").getAsString();
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(needed("ATLASSIAN_URL") + "/rest/api/3/myself"))
                        .header("Authorization", "Bearer " + accessToken())
                        .build();
        JsonObject user = JsonParser.parseString(ask(request)).getAsJsonObject();
        System.out.println(user.get("displayName").getAsString());
    }
}
