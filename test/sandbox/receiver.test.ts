import { generateKeyPairSync, randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Receiver, startReceiver } from "../../sandbox/receiver/start-receiver.ts";
import { publicKeyOf, writePrivateKey } from "../../shared/webhook/ed25519-keys.ts";
import { readLoopbackOrigins } from "../../shared/webhook/loopback-origins.ts";
import { createPostWebhook } from "../../shared/webhook/post-webhook.ts";
import { signWebhook } from "../../shared/webhook/sign-webhook.ts";

const newSecret = () => `whsec_${randomBytes(32).toString("base64")}`;
const secret = newSecret();
let keys: string[] = [secret];
const lines: string[] = [];
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver({ port: 0, loadKeys: async () => keys, onLine: (line) => lines.push(line) });
});
afterAll(() => receiver.close());

const post = createPostWebhook({
  resolve: async () => [],
  isLoopbackAllowed: readLoopbackOrigins("*"),
  now: Date.now,
});
const event = {
  type: "refund.succeeded",
  timestamp: "2026-11-24T21:00:00.000Z",
  data: { merOrderId: "R-1", state: "succeeded", 备注: "退款" },
};
const body = JSON.stringify(event);

function deliver(options: { by?: string; scheme?: "v1" | "v1a"; id?: string; timestamp?: number; text?: string } = {}) {
  const { by = secret, scheme = "v1", id = "evt_1", timestamp = Date.now(), text = body } = options;
  const headers = signWebhook({ scheme, secrets: [by] } as Parameters<typeof signWebhook>[0], { id, timestamp, body });
  return post(receiver.url, headers, text, Date.now() + 10_000);
}

async function control(method: string, path: string, json?: unknown) {
  const init = json === undefined ? { method } : { method, body: JSON.stringify(json) };
  const response = await fetch(`${receiver.url}/_control${path}`, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const deliveries = async () => (await control("GET", "/deliveries")).body.deliveries as Record<string, unknown>[];

beforeEach(async () => {
  keys = [secret];
  lines.length = 0;
  await control("DELETE", "");
});

describe("a delivery", () => {
  test("is verified, kept as it came, said in one line, and answered with 200", async () => {
    expect(await deliver()).toEqual({ kind: "delivered", status: 200 });
    const [kept] = await deliveries();
    expect(kept).toMatchObject({ id: "evt_1", path: "/", body, verified: true, reason: null, answered: "200" });
    expect(kept?.headers).toMatchObject({ "webhook-id": "evt_1", "content-type": "application/json" });
    expect(Math.abs(Date.now() - Date.parse(String(kept?.receivedAt)))).toBeLessThan(60_000);
    expect(lines).toEqual(["Webhook    refund.succeeded  R-1  succeeded  evt_1  verified, answered 200"]);
  });

  test.each([
    ["by another secret", { by: newSecret() }, "No matching signature found"],
    ["over another body", { text: body.replace("succeeded", "failed") }, "No matching signature found"],
    ["too long ago", { timestamp: Date.now() - 301_000 }, "Message timestamp too old"],
    ["in the future", { timestamp: Date.now() + 302_000 }, "Message timestamp too new"],
  ])("signed %s is kept as not verified", async (_, options, reason) => {
    await deliver(options);
    expect(await deliveries()).toMatchObject([{ verified: false, reason }]);
    expect(lines[0]).toContain(`NOT VERIFIED (${reason})`);
  });

  test("signed by a private key is verified by its public one", async () => {
    const by = writePrivateKey(generateKeyPairSync("ed25519").privateKey);
    keys = [publicKeyOf(by)];
    await deliver({ scheme: "v1a", by });
    await deliver({ scheme: "v1a", by, text: `${body} ` });
    await deliver({ scheme: "v1a", by: writePrivateKey(generateKeyPairSync("ed25519").privateKey) });
    expect((await deliveries()).map(({ verified }) => verified)).toEqual([true, false, false]);
  });

  test("signed by a secret that is newer than those in memory is verified", async () => {
    await deliver();
    const newer = newSecret();
    keys = [newer];
    await deliver({ by: newer });
    expect((await deliveries()).map(({ verified }) => verified)).toEqual([true, true]);
  });

  test("that is no delivery of ours is kept too, and cannot disturb the terminal", async () => {
    const text = JSON.stringify({ type: "\u001b[2J", data: { merOrderId: 7 } });
    await fetch(receiver.url, { method: "POST", body: text, headers: { cookie: "a=b", authorization: "Basic x" } });
    const [kept] = await deliveries();
    expect(kept).toMatchObject({ id: null, verified: false, reason: "Missing required headers" });
    expect(Object.keys(kept?.headers ?? {})).not.toEqual(expect.arrayContaining(["cookie"]));
    expect(Object.keys(kept?.headers ?? {})).not.toEqual(expect.arrayContaining(["authorization"]));
    expect(lines).toEqual([
      "Webhook    an unknown event  without id  NOT VERIFIED (Missing required headers), answered 200",
    ]);
  });
});

describe("a script", () => {
  test("is consumed by one delivery a step, and after it all are answered with 200", async () => {
    const answers = [
      { status: 500 },
      { status: 503, headers: { "retry-after": "7" } },
      { status: 410 },
      { status: 301, headers: { location: "http://127.0.0.1:1/" } },
      { reset: true },
      { bodyBytes: 10_000_000 },
      { status: 202, body: "ok", delayMs: 5 },
    ];
    expect((await control("PUT", "/receiver", { answers })).status).toBe(200);
    const results = [];
    for (let i = 0; i <= answers.length; i++) results.push(await deliver({ id: `evt_${i}` }));
    expect(results).toEqual([
      { kind: "failed", because: "status", status: 500 },
      { kind: "failed", because: "status", status: 503, retryAfterMs: 7_000 },
      { kind: "gone" },
      { kind: "failed", because: "redirect", status: 301 },
      { kind: "failed", because: "reset" },
      { kind: "delivered", status: 200 },
      { kind: "delivered", status: 202 },
      { kind: "delivered", status: 200 },
    ]);
    const answered = (await deliveries()).map((delivery) => delivery.answered);
    expect(answered).toEqual(["500", "503", "410", "301", "reset", "200 with 10000000 bytes", "202 after 5 ms", "200"]);
  });

  test("that is wrong is refused with the name of every wrong field, and changes nothing", async () => {
    await control("PUT", "/receiver", { answers: [{ status: 500 }] });
    const wrong = await control("PUT", "/receiver", { answers: [{ status: 700, sleep: 1 }], more: 1 });
    expect(wrong).toMatchObject({
      status: 400,
      body: { error: "Wrong fields: answers[0].status, answers[0].sleep, more" },
    });
    expect(await deliver()).toMatchObject({ status: 500 });
  });
});

test("deliveries can be found by id, and forgotten", async () => {
  await deliver({ id: "evt_a" });
  await deliver({ id: "evt_b" });
  const found = await control("GET", "/deliveries?id=evt_b");
  expect(found.body.deliveries).toMatchObject([{ id: "evt_b" }]);
  await control("DELETE", "/deliveries");
  expect(await deliveries()).toEqual([]);
  expect((await control("GET", "/nothing")).status).toBe(404);
  expect((await fetch(receiver.url)).status).toBe(405);
});
