import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runPartner } from "../../operate/partner-program.ts";
import { type Receiver, startReceiver } from "../../sandbox/receiver/start-receiver.ts";
import { newDataDir, useLocalRun } from "../support/local-run.ts";
import { runHere } from "../support/run-command.ts";

const data = newDataDir();
const local = useLocalRun({ data });

/** `npm run partner -- …`, against the local run. */
const partner = (...args: string[]) => runHere(runPartner, [...args, "--data", data]);
const webhook = (command: string, ...args: string[]) => partner("webhook", command, ...args);

async function control(method: string, path: string, json?: unknown): Promise<Record<string, unknown>> {
  const init = json === undefined ? { method } : { method, body: JSON.stringify(json) };
  return (await (await fetch(`${local.ready().receiver.url}/_control${path}`, init)).json()) as Record<string, unknown>;
}
const deliveries = async () => (await control("GET", "/deliveries")).deliveries as Record<string, unknown>[];

const hook = "https://hooks.example.com/refunds";

describe("on the local run", () => {
  test("the first partner's webhook leads to the receiver, which verifies what is sent", async () => {
    const { receiver } = local.ready();
    expect(receiver.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const shown = await webhook("show", "--id", "north-shop", "--json");
    expect(JSON.parse(shown.stdout)).toEqual({ partnerId: "north-shop", url: receiver.url, scheme: "v1", secrets: 1 });
    const { status, stdout } = await webhook("test", "--id", "north-shop");
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^Delivered: HTTP 200, after \d+ ms\.\n$/)]);
    const [delivery] = await deliveries();
    expect(delivery).toMatchObject({ verified: true, id: expect.stringMatching(/^evt_test_[0-9a-f]{32}$/) });
    expect(JSON.parse(String(delivery?.body))).toMatchObject({ type: "webhook.test", data: { merOrderId: "EXAMPLE" } });
  });

  test("the second partner has none", async () => {
    for (const command of ["show", "test", "rotate", "retire", "remove"]) {
      const { status, stderr } = await webhook(command, "--id", "south-shop");
      expect([status, stderr]).toEqual([1, "south-shop has no webhook; use webhook set to give it one\n"]);
    }
  });

  test("a test that is not answered with 2xx fails and says why", async () => {
    await control("PUT", "/receiver", {
      answers: [{ status: 500 }, { reset: true }, { status: 410 }, { status: 302 }],
    });
    const said = [];
    for (let i = 0; i < 4; i++) said.push(await webhook("test", "--id", "north-shop"));
    expect(said.map(({ status }) => status)).toEqual([1, 1, 1, 1]);
    expect(said.map(({ stderr }) => stderr.replace(/, after \d+ ms\n$/, ""))).toEqual([
      "not delivered: the answer was not 2xx (HTTP 500)",
      "not delivered: the connection ended before an answer",
      "not delivered: HTTP 410, by which a receiver ends its webhook",
      "not delivered: the answer was a redirect, and redirects are not followed (HTTP 302)",
    ]);
  });
});

describe("a webhook's life", () => {
  let secret: string;
  beforeAll(async () => {
    await control("DELETE", "");
  });

  test("begins with a URL and a secret that is shown once", async () => {
    const { stdout } = await webhook("set", "--id", "south-shop", "--url", local.ready().receiver.url, "--json");
    secret = (JSON.parse(stdout) as { secret: string }).secret;
    expect(stdout).toBe(`${JSON.stringify({ secret })}\n`);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    for (const json of [[], ["--json"]]) {
      const shown = await webhook("show", "--id", "south-shop", ...json);
      expect(shown.stdout).toContain(local.ready().receiver.url);
      expect(shown.stdout).not.toContain(secret.slice("whsec_".length));
    }
    expect((await webhook("test", "--id", "south-shop")).status).toBe(0);
    expect(await deliveries()).toMatchObject([{ verified: true }]);
  });

  test("has two secrets while one is being replaced, and not a third", async () => {
    const { stdout } = await webhook("rotate", "--id", "south-shop");
    expect(stdout).toMatch(/^Secret {5}whsec_/m);
    expect(stdout).not.toContain(secret);
    expect((await webhook("show", "--id", "south-shop")).stdout).toContain("v1, two secrets");
    expect((await webhook("rotate", "--id", "south-shop")).stderr).toContain("retire the old one first");
    await webhook("test", "--id", "south-shop");
    const { headers } = (await deliveries()).at(-1) as { headers: Record<string, string> };
    expect(headers["webhook-signature"]).toMatch(/^v1,\S+ v1,\S+$/);
    expect((await webhook("retire", "--id", "south-shop")).status).toBe(0);
    expect((await webhook("show", "--id", "south-shop")).stdout).toContain("v1, one secret");
    expect((await webhook("retire", "--id", "south-shop")).stderr).toContain("one secret only");
  });

  test("can be signed by a private key that nobody is shown", async () => {
    const url = local.ready().receiver.url;
    const { stdout } = await webhook("set", "--id", "south-shop", "--url", url, "--v1a", "--json");
    const { publicKey } = JSON.parse(stdout) as { publicKey: string };
    expect(publicKey).toMatch(/^whpk_[A-Za-z0-9+/]{43}=$/);
    const shown = (await webhook("show", "--id", "south-shop")).stdout;
    expect(shown).toContain(`Public key ${publicKey}`);
    expect(stdout + shown).not.toContain("whsk_");
    expect((await webhook("test", "--id", "south-shop")).status).toBe(0);
    expect((await deliveries()).at(-1)).toMatchObject({
      verified: true,
      headers: { "webhook-signature": expect.stringMatching(/^v1a,/) },
    });
  });

  test("ends when it is removed, and can begin anew", async () => {
    expect((await webhook("remove", "--id", "south-shop")).status).toBe(0);
    expect((await webhook("show", "--id", "south-shop")).status).toBe(1);
    expect((await webhook("set", "--id", "south-shop", "--url", hook)).stdout).toContain(`URL        ${hook}`);
  });

  test("ends with its partner", async () => {
    await partner("add", "--id", "acme", "--mid", "898310148160570");
    await webhook("set", "--id", "acme", "--url", hook);
    await partner("remove", "--id", "acme");
    await partner("add", "--id", "acme", "--mid", "898310148160570");
    expect((await webhook("show", "--id", "acme")).stderr).toContain("acme has no webhook");
  });
});

test.each([
  [["set", "--id", "north-shop"], "--url: required"],
  [
    ["set", "--id", "north-shop", "--url", "nowhere"],
    "--url: the URL cannot be read, or is longer than 2048 characters",
  ],
  [["set", "--id", "north-shop", "--url", "http://hooks.example.com"], "--url: the URL must begin with https://"],
  [["set", "--id", "north-shop", "--url", "http://127.0.0.1:9"], "--url: the URL must begin with https://"],
  [
    ["set", "--id", "north-shop", "--url", "https://me:pw@hooks.example.com"],
    "--url: the URL must not hold a user name",
  ],
  [["set", "--id", "north-shop", "--url", "https://localhost/"], "--url: the URL must not name this machine or an"],
  [["set", "--id", "north-shop", "--url", "https://10.0.0.1/"], "--url: the URL must not name this machine or an"],
  [["set", "--id", "north-shop", "--url", "https://[::ffff:7f00:1]/"], "--url: the URL must not name this machine or"],
  [["set", "--id", "nobody", "--url", hook], "there is no partner nobody"],
  [["set", "--url", hook], "--id: required"],
  [["set", "--id", "north-shop", "--url", hook, "--v2"], "--v2"],
  [["sett", "--id", "north-shop"], "(Did you mean set?)"],
])("webhook %j is refused with a sentence", async ([command = "", ...args], sentence) => {
  const { status, stdout, stderr } = await webhook(command, ...args);
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(sentence);
  expect(stderr).not.toMatch(/^ +at /m);
});

test("what was refused has changed nothing", async () => {
  const shown = await webhook("show", "--id", "north-shop");
  expect(shown.stdout).toBe(
    `Partner    north-shop\nURL        ${local.ready().receiver.url}\nSigned by  v1, one secret\n`,
  );
});

describe("a run that lets webhooks lead to this machine", () => {
  const loopbackData = newDataDir();
  const run = useLocalRun({ data: loopbackData, loopbackWebhooks: true });
  let own: Receiver;
  beforeAll(async () => {
    own = await startReceiver({ port: 0, loadKeys: async () => [], onLine: () => {} });
  });
  afterAll(() => own.close());

  test("takes a receiver of the partner's own", async () => {
    expect(run.ready().webhookLoopback).toBe("*");
    const args = ["webhook", "set", "--id", "north-shop", "--url", own.url, "--data", loopbackData];
    expect((await runHere(runPartner, args)).status).toBe(0);
    const tried = await runHere(runPartner, ["webhook", "test", "--id", "north-shop", "--data", loopbackData]);
    expect(tried.stdout).toMatch(/^Delivered/);
  });
});
