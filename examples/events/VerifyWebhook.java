import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tells whether a webhook comes from this service: java VerifyWebhook.java (11 or later), with the body on stdin, its three
 * headers and the secret in the environment.
 */
public class VerifyWebhook {
  private static final long TOLERANCE_SECONDS = 5 * 60;

  /** Why this service has not signed the body; null if it has. The body's bytes are needed as they came. */
  static String refusal(String id, String timestamp, String signatures, byte[] body, String secret) throws Exception {
    if (!timestamp.matches("[0-9]{1,12}")) return "the timestamp is not in seconds";
    long ageSeconds = Instant.now().getEpochSecond() - Long.parseLong(timestamp);
    if (Math.abs(ageSeconds) > TOLERANCE_SECONDS) return "the timestamp is more than 5 minutes away";

    ByteArrayOutputStream signed = new ByteArrayOutputStream();
    signed.write((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
    signed.write(body);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
    String expected = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.toByteArray()));
    // There are two while a secret is being replaced. The comparison takes constant time.
    for (String given : signatures.split(" ")) {
      if (MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8))) {
        return null;
      }
    }
    return "no signature fits";
  }

  public static void main(String[] args) throws Exception {
    byte[] body = System.in.readAllBytes();
    String refusal = refusal(env("WEBHOOK_ID"), env("WEBHOOK_TIMESTAMP"), env("WEBHOOK_SIGNATURE"), body, env("WEBHOOK_SECRET"));
    if (refusal != null) {
      System.err.println("refused: " + refusal);
      System.exit(1); // Answer with status 400, and do nothing else.
    }
    System.out.write(body); // Remember the webhook-id, answer with status 200, and handle the event.
    System.out.flush();
  }

  private static String env(String name) {
    String value = System.getenv(name);
    if (value == null) throw new IllegalArgumentException(name + " is not set");
    return value;
  }
}
