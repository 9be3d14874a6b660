import { createHmac, generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, test } from "vitest";
import { listen } from "../../sandbox/loopback.ts";
import { verifyDelivery } from "../../sandbox/receiver/verify-delivery.ts";
import { runWebhookCheck } from "../../sandbox/webhook-check/webhook-check-program.ts";
import { publicKeyOf, writePrivateKey } from "../../shared/webhook/ed25519-keys.ts";
import { runHere } from "../support/run-command.ts";

const secret = `whsec_${randomBytes(32).toString("base64")}`;
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

type Received = { readonly headers: IncomingHttpHeaders; readonly raw: Buffer };
/** The status that a receiver answers with; undefined where it never answers. */
type Receiver = (received: Received) => number | undefined;

async function serve(receiver: Receiver): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const status = receiver({ headers: request.headers, raw: Buffer.concat(chunks) });
    if (status === undefined) return;
    response.writeHead(status, status === 302 ? { location: "/" } : {});
    response.end();
  });
  closers.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return await listen(server, 0);
}

const check = (url: string, ...more: string[]) => runHere(runWebhookCheck, ["--url", url, ...more]);
const wrongOnes = (stdout: string) => [...stdout.matchAll(/^WRONG {2}(.*?): /gm)].map(([, name]) => name);

const header = (headers: IncomingHttpHeaders, name: string) => String(headers[name] ?? "");
const isFresh = (headers: IncomingHttpHeaders) =>
  Math.abs(Date.now() / 1000 - Number(header(headers, "webhook-timestamp"))) <= 300;
/** The signature of what came; the parts can be left out or replaced, as bad receivers do. */
function signatureOf(
  { headers, raw }: Received,
  body: string | Buffer = raw,
  parts = ["webhook-id", "webhook-timestamp"],
) {
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(`${header(headers, part)}.`);
  return hmac.update(body).digest("base64");
}
const signaturesIn = ({ headers }: Received) => header(headers, "webhook-signature").split(" ");
const isSigned = (received: Received) => signaturesIn(received).includes(`v1,${signatureOf(received)}`);
const answer = (isGood: boolean) => (isGood ? 200 : 401);

const published: Receiver = ({ headers, raw }) => {
  try {
    new Webhook(secret).verify(raw, headers as Record<string, string>);
    return 204;
  } catch {
    return 400;
  }
};

describe("the check of a receiver", () => {
  test("finds nothing wrong with one that uses the published library", async () => {
    const { status, stdout } = await check(await serve(published), "--secret", secret);
    expect(wrongOnes(stdout)).toEqual([]);
    expect(stdout).toMatch(/^right {2}a good delivery: HTTP 204$/m);
    expect(stdout).toMatch(/^right {2}a tampered body: HTTP 400$/m);
    expect(stdout).toMatch(/^21 right, 0 wrong\.$/m);
    expect(status).toBe(0);
  });

  test("finds nothing wrong with one that verifies by a public key", async () => {
    const privateKey = writePrivateKey(generateKeyPairSync("ed25519").privateKey);
    const keys = [publicKeyOf(privateKey)];
    const url = await serve(({ headers, raw }) =>
      answer(verifyDelivery(keys, raw.toString(), headers as Record<string, string>) === null),
    );
    const { status, stdout } = await check(url, "--secret", privateKey);
    expect(wrongOnes(stdout)).toEqual([]);
    expect(status).toBe(0);
  });

  const seen = new Set<string>();
  test.each<[string, Receiver, string[]]>([
    [
      "verifies nothing",
      () => 200,
      [
        "a tampered body",
        "a tampered signature",
        "a signature by another secret",
        "no signature",
        "an empty signature, and half a signature",
        "the good signature under another version's name",
        "a delivery that is six minutes old",
        "a delivery from six minutes ahead",
        "an old delivery with a new timestamp",
        "a timestamp that is no number, and none at all",
        "a good delivery under another id",
      ],
    ],
    [
      "has no clock",
      (received) => answer(isSigned(received)),
      ["a delivery that is six minutes old", "a delivery from six minutes ahead"],
    ],
    [
      "looks only for what is too old",
      (received) =>
        answer(isSigned(received) && Number(header(received.headers, "webhook-timestamp")) > Date.now() / 1000 - 300),
      ["a delivery from six minutes ahead"],
    ],
    [
      "takes the beginning of a signature for the whole",
      (received) => {
        const starts = signaturesIn(received).some((each) => `v1,${signatureOf(received)}`.startsWith(each));
        return answer(isFresh(received.headers) && starts);
      },
      ["no signature", "an empty signature, and half a signature"],
    ],
    [
      "parses the body and writes it anew",
      (received) => {
        const body = JSON.stringify(JSON.parse(received.raw.toString()));
        return answer(
          isFresh(received.headers) && signaturesIn(received).includes(`v1,${signatureOf(received, body)}`),
        );
      },
      ["a body whose text another JSON writer would write otherwise"],
    ],
    [
      "reads the body as Latin-1",
      (received) => {
        const body = received.raw.toString("latin1");
        return answer(
          isFresh(received.headers) && signaturesIn(received).includes(`v1,${signatureOf(received, body)}`),
        );
      },
      ["characters beyond ASCII"],
    ],
    [
      "compares with the first signature alone",
      (received) => answer(isFresh(received.headers) && signaturesIn(received)[0] === `v1,${signatureOf(received)}`),
      ["two signatures, where the second is by its secret", "signatures of unknown versions before the good one"],
    ],
    [
      "disregards the version of a signature",
      (received) => {
        const all = signaturesIn(received).map((each) => each.split(",")[1]);
        return answer(isFresh(received.headers) && all.includes(signatureOf(received)));
      },
      ["the good signature under another version's name"],
    ],
    [
      "refuses a repeated id",
      (received) => {
        const id = header(received.headers, "webhook-id");
        if (published(received) !== 204) return 400;
        if (seen.has(id)) return 409;
        seen.add(id);
        return 204;
      },
      ["the same delivery twice", "the same event again after four hours"],
    ],
    [
      "refuses an event type that it does not know",
      (received) => (received.raw.includes("refund.something_new") ? 422 : published(received)),
      ["an event type and a member that are not documented yet"],
    ],
    [
      "has a limit of 16 KB",
      (received) => (received.raw.length > 16_384 ? 413 : published(received)),
      ["a body of 20 KB"],
    ],
    [
      "redirects what is good",
      (received) => (published(received) === 204 ? 302 : 401),
      [
        "a good delivery",
        "the same delivery twice",
        "the same event again after four hours",
        "a clock four minutes behind",
        "characters beyond ASCII",
        "a body whose text another JSON writer would write otherwise",
        "a body of 20 KB",
        "an event type and a member that are not documented yet",
        "two signatures, where the second is by its secret",
        "signatures of unknown versions before the good one",
      ],
    ],
    [
      "never answers one that is forged",
      (received) => (received.raw.includes("refund.failed") ? undefined : published(received)),
      ["a tampered body"],
    ],
  ])("that %s says so", async (_, receiver, wrong) => {
    const { status, stdout } = await check(await serve(receiver), "--secret", secret);
    expect(wrongOnes(stdout)).toEqual(wrong);
    expect(stdout).toMatch(new RegExp(`^${21 - wrong.length} right, ${wrong.length} wrong\\.$`, "m"));
    expect(status).toBe(1);
  });

  test("says in a sentence that nobody is there, and what is wrong with its options", async () => {
    const url = await serve(() => 200);
    for (const close of closers.splice(0)) close();
    const said = [
      await check(url, "--secret", secret),
      await check("http://hooks.example.com", "--secret", secret),
      await check(url, "--secret", "whsec_x"),
      await check(url),
    ];
    expect(said.map(({ status }) => status)).toEqual([1, 1, 1, 1]);
    expect(said.map(({ stderr }) => stderr.split("\n")[0])).toEqual([
      `${url} cannot be checked: no connection could be opened`,
      "--url: the URL must begin with https://; http is for 127.0.0.1 only",
      "--secret is whsec_ and the Base64 of 24 to 64 bytes",
      "--secret: required",
    ]);
  });
});
