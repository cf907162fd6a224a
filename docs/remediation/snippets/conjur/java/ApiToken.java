import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/**
 * Asks Jira who the API token belongs to. The secret comes from CyberArk Conjur.
 *
 * <p>CONJUR_APPLIANCE_URL, CONJUR_ACCOUNT, CONJUR_AUTHN_LOGIN and CONJUR_AUTHN_API_KEY say which
 * Conjur, and who asks; ATLASSIAN_VARIABLE_ID names the variable.
 *
 * <p>ATLASSIAN_URL is https://YOUR_SITE.atlassian.net, or, for a token with scopes,
 * https://api.atlassian.com/ex/jira/CLOUD_ID.
 * ATLASSIAN_EMAIL is the mail address of the account.
 */
public final class ApiToken {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(30)).build();

    private ApiToken() {}

    private static String readSecret() throws IOException, InterruptedException {
        String url = needed("CONJUR_APPLIANCE_URL");
        String account = encoded(needed("CONJUR_ACCOUNT"));
        String login = encoded(needed("CONJUR_AUTHN_LOGIN"));
        HttpRequest authenticate =
                HttpRequest.newBuilder(
                                URI.create(url + "/authn/" + account + "/" + login + "/authenticate"))
                        .header("Accept-Encoding", "base64")
                        .POST(BodyPublishers.ofString(needed("CONJUR_AUTHN_API_KEY")))
                        .build();
        String session = ask(authenticate);
        String id = encoded(needed("ATLASSIAN_VARIABLE_ID"));
        HttpRequest question =
                HttpRequest.newBuilder(URI.create(url + "/secrets/" + account + "/variable/" + id))
                        .header("Authorization", "Token token=\"" + session + "\"")
                        .build();
        return ask(question);
    }

    private static String encoded(String text) {
        // In a path a blank is %20, and a plus sign is one.
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
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
