/** Tells whether a webhook comes from this service: the body on stdin, its three headers and the secret in the environment. */
import { buffer } from "node:stream/consumers";
import { verifyWebhook, WebhookVerificationError } from "../../client/verify-webhook.ts";

// In a server: `request.headers`, and the body's bytes as they came.
const { WEBHOOK_ID, WEBHOOK_TIMESTAMP, WEBHOOK_SIGNATURE, WEBHOOK_SECRET = "" } = process.env;
const headers = {
  "webhook-id": WEBHOOK_ID,
  "webhook-timestamp": WEBHOOK_TIMESTAMP,
  "webhook-signature": WEBHOOK_SIGNATURE,
};
const body = await buffer(process.stdin);

try {
  verifyWebhook({ headers, body, secrets: WEBHOOK_SECRET });
  // Remember the event's id, answer with status 200, and handle the event.
  process.stdout.write(body);
} catch (error) {
  if (!(error instanceof WebhookVerificationError)) throw error;
  process.stderr.write(`refused: ${error.message}\n`);
  // Answer with status 400, and do nothing else.
  process.exitCode = 1;
}
