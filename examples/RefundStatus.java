import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Asks what became of one refund: java RefundStatus.java (11 or later). Exit 0: answered (HTTP 200); 1: not. */
public class RefundStatus {
  public static void main(String[] args) throws Exception {
    LocalDateTime beijingNow = LocalDateTime.now(ZoneOffset.ofHours(8));
    String srcReserve = System.getenv("SRC_RESERVE");
    String question = "{\"requestTimestamp\":" + quoted(beijingNow.format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss")))
        + ",\"merOrderId\":" + quoted(env("MER_ORDER_ID"))
        + ",\"instMid\":" + quoted(System.getenv().getOrDefault("INST_MID", "APPDEFAULT"))
        + ",\"mid\":" + quoted(env("MID"))
        + ",\"tid\":" + quoted(env("TID"))
        + (srcReserve == null ? "" : ",\"srcReserve\":" + quoted(srcReserve)) + "}";
    // The bytes that are signed are the bytes that are sent.
    byte[] body = question.getBytes(StandardCharsets.UTF_8);

    String timestamp = beijingNow.format(DateTimeFormatter.ofPattern("yyyyMMddHHmmss"));
    String nonce = UUID.randomUUID().toString().replace("-", "");
    String bodyHash = String.format("%064x", new BigInteger(1, MessageDigest.getInstance("SHA-256").digest(body)));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(env("APP_KEY").getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    byte[] signed = mac.doFinal((env("APP_ID") + timestamp + nonce + bodyHash).getBytes(StandardCharsets.UTF_8));

    HttpRequest request = HttpRequest.newBuilder(URI.create(env("URL") + "/v1/netpay/refund-query"))
        .header("Authorization", String.format("OPEN-BODY-SIG AppId=\"%s\",Timestamp=\"%s\",Nonce=\"%s\",Signature=\"%s\"",
            env("APP_ID"), timestamp, nonce, Base64.getEncoder().encodeToString(signed)))
        .header("Content-Type", "application/json")
        .timeout(Duration.ofSeconds(35)) // The service answers within 30 s, whatever ChinaUMS does.
        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
        .build();
    HttpResponse<byte[]> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofByteArray());
    System.out.write(response.body());
    System.out.flush();
    System.exit(response.statusCode() == 200 ? 0 : 1);
  }

  private static String env(String name) {
    String value = System.getenv(name);
    if (value == null) throw new IllegalArgumentException(name + " is not set");
    return value;
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
