import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The official Java sample as it was meant to be, without its SDK: java OpenApiSdkTest.java (11 or later). */
public class OpenApiSdkTest {
  private static final LocalDateTime BEIJING_NOW = LocalDateTime.now(ZoneOffset.ofHours(8));

  public static void main(String[] args) throws Exception {
    String url = env("URL") + "/v1/netpay/refund-query";
    String request = "{\"requestTimestamp\":\"" + BEIJING_NOW.format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss"))
        + "\",\"merOrderId\":\"" + env("MER_ORDER_ID")
        + "\",\"instMid\":\"APPDEFAULT\",\"mid\":\"" + env("MID")
        + "\",\"tid\":\"" + env("TID")
        + "\",\"msgId\":\"0DUNOje1Bwtue6XinEs7DWhKS2NmUCVg\",\"srcReserve\":\"C20220119000001\"}";
    System.out.println(doPost(url, request, getCurrentToken()));
  }

  /** OpenApiCache.getCurrentToken(context) */
  private static String getCurrentToken() throws Exception {
    String timestamp = BEIJING_NOW.format(DateTimeFormatter.ofPattern("yyyyMMddHHmmss"));
    String nonce = UUID.randomUUID().toString().replace("-", "");
    byte[] toHash = (env("APP_ID") + timestamp + nonce + env("APP_KEY")).getBytes("UTF-8");
    String signature = String.format("%064x", new BigInteger(1, MessageDigest.getInstance("SHA-256").digest(toHash)));
    String answer = doPost(env("URL") + "/v1/token/access", "{\"appId\":\"" + env("APP_ID")
        + "\",\"timestamp\":\"" + timestamp + "\",\"nonce\":\"" + nonce
        + "\",\"signMethod\":\"SHA256\",\"signature\":\"" + signature + "\"}", null);
    Matcher token = Pattern.compile("\"accessToken\"\\s*:\\s*\"([^\"]+)\"").matcher(answer);
    if (!token.find()) throw new IllegalStateException(answer);
    return token.group(1);
  }

  /** HttpTransport.getInstance().doPost(context, request) */
  private static String doPost(String url, String body, String token) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
        .header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "OPEN-ACCESS-TOKEN AccessToken=\"" + token + "\", AppId=\"" + env("APP_ID") + "\"");
    }
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString()).body();
  }

  private static String env(String name) {
    String value = System.getenv(name);
    if (value == null) throw new IllegalArgumentException(name + " is not set");
    return value;
  }
}
