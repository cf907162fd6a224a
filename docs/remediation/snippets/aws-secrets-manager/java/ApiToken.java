import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * Asks Jira who the API token belongs to. The secret comes from AWS Secrets Manager.
 *
 * <p>ATLASSIAN_SECRET_ID names the secret, whose text is the secret alone.
 * Who may read it is decided by the role that the program runs with.
 *
 * <p>ATLASSIAN_URL is https://YOUR_SITE.atlassian.net, or, for a token with scopes,
 * https://api.atlassian.com/ex/jira/CLOUD_ID.
 * ATLASSIAN_EMAIL is the mail address of the account.
 */
public final class ApiToken {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(30)).build();

    private ApiToken() {}

    private static String readSecret() {
        try (SecretsManagerClient store = SecretsManagerClient.create()) {
            String id = needed("ATLASSIAN_SECRET_ID");
            return store.getSecretValue(question -> question.secretId(id)).secretString();
        }
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

    public static void main(String[] arguments) throws IOException, InterruptedException {
        String login = needed("ATLASSIAN_EMAIL") + ":" + readSecret();
        String encodedLogin =
                Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(needed("ATLASSIAN_URL") + "/rest/api/3/myself"))
                        .header("Authorization", "Basic " + encodedLogin)
                        .build();
        JsonObject user = JsonParser.parseString(ask(request)).getAsJsonObject();
        System.out.println(user.get("displayName").getAsString());
    }
}
