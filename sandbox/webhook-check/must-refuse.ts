import { good, type Sent, signatureOf, type Trial, withHeaders } from "./trial.ts";

const minuteMs = 60_000;

/** What no receiver may answer with 2xx. */
export const mustRefuse: readonly Trial[] = [
  {
    name: "a tampered body",
    expected: "refused",
    otherwise: "Anybody could tell it that a refund has succeeded. It must verify the body.",
    send: (context) => {
      const sent = good(context);
      return [{ ...sent, body: sent.body.replace("refund.succeeded", "refund.failed") }];
    },
  },
  {
    name: "a tampered signature",
    expected: "refused",
    otherwise: "It must compare the whole signature.",
    send: (context) => {
      const sent = good(context);
      return [withHeaders(sent, { "webhook-signature": tampered(signatureOf(sent)) })];
    },
  },
  {
    name: "a signature by another secret",
    expected: "refused",
    otherwise: "It must verify by its own secret.",
    send: ({ signer, event, now }) => {
      const { id, body } = event();
      return [{ headers: { ...signer.signByAnother({ id, timestamp: now(), body }) }, body }];
    },
  },
  {
    name: "no signature",
    expected: "refused",
    otherwise: "A delivery without a signature is nobody's.",
    send: (context) => [withHeaders(good(context), { "webhook-signature": undefined })],
  },
  {
    name: "an empty signature, and half a signature",
    expected: "refused",
    otherwise: "It must compare the whole signature.",
    send: (context) => [emptied(good(context), 0), emptied(good(context), 20)],
  },
  {
    name: "the good signature under another version's name",
    expected: "refused",
    otherwise: "A signature counts for its own version alone.",
    send: (context) => {
      const sent = good(context);
      return [withHeaders(sent, { "webhook-signature": signatureOf(sent).replace(/^[^,]*/, "v9") })];
    },
  },
  {
    name: "a delivery that is six minutes old",
    expected: "refused",
    otherwise: "It must compare webhook-timestamp with its clock, or a recorded delivery is good for ever.",
    send: (context) => [good(context, {}, 6 * minuteMs)],
  },
  {
    name: "a delivery from six minutes ahead",
    expected: "refused",
    otherwise: "It must compare webhook-timestamp with its clock in both directions.",
    send: (context) => [good(context, {}, -6 * minuteMs)],
  },
  {
    name: "an old delivery with a new timestamp",
    expected: "refused",
    otherwise: "The timestamp is signed too: the signed text is id.timestamp.body.",
    send: (context) => {
      const seconds = String(Math.floor(context.now() / 1000));
      return [withHeaders(good(context, {}, 6 * minuteMs), { "webhook-timestamp": seconds })];
    },
  },
  {
    name: "a timestamp that is no number, and none at all",
    expected: "refused",
    otherwise: "Without a timestamp it cannot tell an old delivery from a new one.",
    send: (context) => [
      withHeaders(good(context), { "webhook-timestamp": "now" }),
      withHeaders(good(context), { "webhook-timestamp": undefined }),
    ],
  },
  {
    name: "a good delivery under another id",
    expected: "refused",
    otherwise: "The id is signed too. Without that, a recorded delivery passes for a new one.",
    send: (context) => [withHeaders(good(context), { "webhook-id": context.event().id })],
  },
];

/** The signature with another character in the middle, so that it still is Base64 of the same length. */
function tampered(signature: string): string {
  const at = Math.floor(signature.length / 2);
  return signature.slice(0, at) + (signature[at] === "A" ? "B" : "A") + signature.slice(at + 1);
}

function emptied(sent: Sent, kept: number): Sent {
  const [version = "", signature = ""] = signatureOf(sent).split(",");
  return withHeaders(sent, { "webhook-signature": `${version},${signature.slice(0, kept)}` });
}
