import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { isSignedWith, readOpenBodySig } from "../shared/chinaums/auth/open-body-sig.ts";
import { missingTool, runExample } from "./support/example-programs.ts";
import { type ReceivedRequest, startScriptedServer } from "./support/scripted-server.ts";

/** What partners copy to receive webhooks and to read the feed, each run as its readers run it. */
const examples = [
  { language: "TypeScript", run: [process.execPath], verify: "verify-webhook.ts", read: "read-changes.ts" },
  { language: "Java", run: ["java"], verify: "VerifyWebhook.java", read: "ReadChanges.java" },
  { language: "PHP", run: ["php"], verify: "verify-webhook.php", read: "read-changes.php" },
  { language: "Python", run: ["python3"], verify: "verify_webhook.py", read: "read_changes.py" },
  { language: "Go", run: ["go", "run"], verify: "verify_webhook.go", read: "read_changes.go" },
] as const satisfies { language: string; run: [string, ...string[]]; verify: string; read: string }[];
const commandOf = ([program, ...args]: readonly [string, ...string[]], file: string) =>
  [program, ...args, `events/${file}`] as const;

const newSecret = () => `whsec_${randomBytes(32).toString("base64")}`;
const secret = newSecret();
const body = '{"type":"refund.succeeded", "data":{"merOrderId":"REFUND-0001","answer":{"errMsg":"查询成功"}}}';
const id = "evt_1";

/** As the published package signs, which is no code of this project. */
const signatureBy = (by: string, at: Date) => new Webhook(by).sign(id, at, body);
const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000);
function delivery(more: { secret?: string; at?: Date; signature?: string } = {}): Record<string, string> {
  const at = more.at ?? new Date();
  return {
    WEBHOOK_ID: id,
    WEBHOOK_TIMESTAMP: String(Math.floor(at.getTime() / 1000)),
    WEBHOOK_SIGNATURE: more.signature ?? signatureBy(secret, at),
    WEBHOOK_SECRET: more.secret ?? secret,
  };
}

describe.each(examples)("the $language example of a receiver", ({ run, verify }) => {
  const command = commandOf(run, verify);
  const missing = missingTool(run[0]);

  test("takes what the service has signed, also among other signatures", async ({ skip }) => {
    skip(missing !== undefined, missing);
    // Each is signed when it is sent, because some languages take their time to start.
    const among = (at = secondsAgo(120)) =>
      delivery({ at, signature: `v1a,AAAA ${signatureBy(newSecret(), at)} ${signatureBy(secret, at)}` });
    for (const signed of [() => delivery(), () => among()]) {
      expect(await runExample(command, signed(), body)).toEqual({ exitCode: 0, stdout: body, stderr: "" });
    }
  });

  test("refuses another body, another secret, an old one and one ahead of its time", async ({ skip }) => {
    skip(missing !== undefined, missing);
    const refused: [() => Record<string, string>, string, RegExp][] = [
      [() => delivery(), body.replace("succeeded", "failed"), /signature/],
      [() => delivery({ secret: newSecret() }), body, /signature/],
      [() => delivery({ at: secondsAgo(310) }), body, /5 minutes/],
      [() => delivery({ at: secondsAgo(-400) }), body, /5 minutes/],
    ];
    for (const [signed, sent, because] of refused) {
      const { exitCode, stdout, stderr } = await runExample(command, signed(), sent);
      expect(exitCode, stderr).toBe(1);
      expect(stdout).toBe("");
      expect(stderr).toMatch(/^refused: /);
      expect(stderr).toMatch(because);
    }
  });
});

describe.each(examples)("the $language example of a reader", ({ run, read }) => {
  const command = commandOf(run, read);
  const missing = missingTool(run[0]);
  const event = (number: number) => ({ id: `evt_${number}`, type: "refund.succeeded", data: { note: "备注" } });
  const page = (cursor: string, ...events: object[]) => ({ status: 200, body: { events, cursor } });
  const newFile = () => join(mkdtempSync(join(tmpdir(), "changes-")), "cursor");
  const settings = (URL: string, CURSOR_FILE: string) => ({ URL, APP_ID: "an-app", APP_KEY: "a-key", CURSOR_FILE });
  const isSigned = ({ headers, body: sent }: ReceivedRequest) => {
    const sig = readOpenBodySig(headers.authorization ?? "");
    return sig !== undefined && isSignedWith("a-key", sig, sent);
  };
  /** Each line is an event, or a page of them. */
  const eventsIn = (stdout: string) =>
    stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { events?: object[] })
      .flatMap((line) => line.events ?? line);

  test("reads page after page, and goes on from where it was the next time", async ({ skip }) => {
    skip(missing !== undefined, missing);
    const pages = [
      page("c-1", event(1), event(2)),
      page("c-2", event(3)),
      page("c-2"),
      page("c-3", event(4)),
      page("c-3"),
    ];
    await using server = await startScriptedServer(...pages);
    const file = newFile();
    const first = await runExample(command, settings(server.url, file));
    expect(first).toMatchObject({ exitCode: 0, stderr: "" });
    expect(eventsIn(first.stdout)).toEqual([event(1), event(2), event(3)]);
    const second = await runExample(command, settings(server.url, file));
    expect(eventsIn(second.stdout)).toEqual([event(4)]);
    expect(server.received.map(({ path }) => path)).toEqual(Array(5).fill("/v1/refunds/changes"));
    expect(server.received.map((request) => JSON.parse(request.body))).toEqual([
      {},
      ...["c-1", "c-2", "c-2", "c-3"].map((cursor) => ({ cursor })),
    ]);
    expect(server.received.map(isSigned)).toEqual(Array(5).fill(true));
  });

  test("ends with 1 when it is refused, and forgets nothing", async ({ skip }) => {
    skip(missing !== undefined, missing);
    const refusal = { status: 401, body: { errCode: "1000", detail: "Authentication failed." } };
    await using server = await startScriptedServer(page("c-1", event(1)), refusal);
    const file = newFile();
    expect(existsSync(file)).toBe(false);
    const { exitCode, stdout, stderr } = await runExample(command, settings(server.url, file));
    expect(exitCode, stdout).toBe(1);
    expect(stderr).toContain("Authentication failed.");
    expect(readFileSync(file, "utf8")).toBe("c-1");
  });
});
