import { good, signatureOf, type Trial, withHeaders } from "./trial.ts";

const minuteMs = 60_000;

/** What every receiver must answer with 2xx. */
export const mustAccept: readonly Trial[] = [
  {
    name: "a good delivery",
    expected: "accepted",
    otherwise: "It refuses what is rightly signed. The key is the Base64 after the prefix, decoded.",
    send: (context) => [good(context)],
  },
  {
    name: "the same delivery twice",
    expected: "accepted",
    otherwise: "A repeated webhook-id is a repeated delivery: answer 2xx and do nothing more.",
    send: (context) => {
      const sent = good(context);
      return [sent, sent];
    },
  },
  {
    name: "the same event again after four hours",
    expected: "accepted",
    otherwise: "A later try has the same webhook-id, and a timestamp and a signature of its own.",
    send: (context) => {
      const { id, body } = context.event({ timestamp: new Date(context.now() - 240 * minuteMs).toISOString() });
      const at = (timestamp: number) => ({ headers: { ...context.signer.sign({ id, timestamp, body }) }, body });
      return [at(context.now() - minuteMs), at(context.now())];
    },
  },
  {
    name: "a clock four minutes behind",
    expected: "accepted",
    otherwise: "Timestamps up to five minutes from now are good.",
    send: (context) => [good(context, {}, 4 * minuteMs)],
  },
  {
    name: "characters beyond ASCII",
    expected: "accepted",
    otherwise: "The signature is over the body's bytes. Verify them before anything decodes them.",
    send: (context) => [good(context, { note: "退款成功 ✓ é 𠮷" })],
  },
  {
    name: "a body whose text another JSON writer would write otherwise",
    expected: "accepted",
    otherwise: "Verify the body as it came. It must not be parsed and written anew before that.",
    send: ({ signer, event, now }) => {
      const { id, body: compact } = event();
      const body = `\n${JSON.stringify(JSON.parse(compact), null, 3).replace("APPDEFAULT", "\\u0041PPDEFAULT")} `;
      return [{ headers: { ...signer.sign({ id, timestamp: now(), body }) }, body }];
    },
  },
  {
    name: "a body of 20 KB",
    expected: "accepted",
    otherwise: "A body may be larger than one packet. Read all of it before verifying.",
    send: (context) => [good(context, { note: "x".repeat(20_000) })],
  },
  {
    name: "an event type and a member that are not documented yet",
    expected: "accepted",
    otherwise: "Answer 2xx to what you do not know, and ignore it. Newer versions may send more.",
    send: (context) => [good(context, { type: "refund.something_new", more: { a: [1] } })],
  },
  {
    name: "two signatures, where the second is by its secret",
    expected: "accepted",
    otherwise: "While a secret is being replaced there are two signatures. One that fits is enough.",
    send: (context) => {
      const { id, body } = context.event();
      const message = { id, timestamp: context.now(), body };
      const other = context.signer.signByAnother(message)["webhook-signature"];
      const own = context.signer.sign(message);
      return [{ headers: { ...own, "webhook-signature": `${other} ${own["webhook-signature"]}` }, body }];
    },
  },
  {
    name: "signatures of unknown versions before the good one",
    expected: "accepted",
    otherwise: "Skip signatures of versions that you do not know.",
    send: (context) => {
      const sent = good(context);
      return [withHeaders(sent, { "webhook-signature": `v9,AAAA v1z,AA== ${signatureOf(sent)}` })];
    },
  },
];
