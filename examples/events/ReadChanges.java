import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Reads the pages of events about your refunds since the last time, one a line: java ReadChanges.java (11 or later).
 * CURSOR_FILE remembers how far it has read. Use your JSON library in place of the two patterns.
 */
public class ReadChanges {
  private static final Pattern CURSOR = Pattern.compile("\"cursor\":\"([^\"]*)\"\\s*}\\s*$");
  private static final Pattern NO_EVENTS = Pattern.compile("\"events\":\\[\\s*\\]");

  public static void main(String[] args) throws Exception {
    Path cursorFile = Path.of(env("CURSOR_FILE"));
    String page;
    do {
      page = changes(Files.exists(cursorFile) ? "{\"cursor\":\"" + Files.readString(cursorFile) + "\"}" : "{}");
      Matcher cursor = CURSOR.matcher(page);
      if (!cursor.find()) throw new IllegalStateException(page);
      System.out.println(page); // Handle its events here; one that you have had before is to be ignored.
      Files.writeString(cursorFile, cursor.group(1)); // Only now, so that nothing is lost if this stops in between.
    } while (!NO_EVENTS.matcher(page).find());
  }

  private static String changes(String question) throws Exception {
    byte[] body = question.getBytes(StandardCharsets.UTF_8);
    String timestamp = LocalDateTime.now(ZoneOffset.ofHours(8)).format(DateTimeFormatter.ofPattern("yyyyMMddHHmmss"));
    String nonce = UUID.randomUUID().toString().replace("-", "");
    String bodyHash = String.format("%064x", new BigInteger(1, MessageDigest.getInstance("SHA-256").digest(body)));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(env("APP_KEY").getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    byte[] signed = mac.doFinal((env("APP_ID") + timestamp + nonce + bodyHash).getBytes(StandardCharsets.UTF_8));
    HttpRequest request = HttpRequest.newBuilder(URI.create(env("URL") + "/v1/refunds/changes"))
        .header("Authorization", String.format("OPEN-BODY-SIG AppId=\"%s\",Timestamp=\"%s\",Nonce=\"%s\",Signature=\"%s\"",
            env("APP_ID"), timestamp, nonce, Base64.getEncoder().encodeToString(signed)))
        .header("Content-Type", "application/json")
        .timeout(Duration.ofSeconds(35))
        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
        .build();
    HttpResponse<String> response = HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    if (response.statusCode() != 200) {
      System.err.println(response.body());
      System.exit(1);
    }
    return response.body();
  }

  private static String env(String name) {
    String value = System.getenv(name);
    if (value == null) throw new IllegalArgumentException(name + " is not set");
    return value;
  }
}
