import { userInfo } from "node:os";
import { describe, expect, test } from "vitest";
import { runPartner } from "../../operate/partner-program.ts";
import { newDataDir, useLocalRun } from "../support/local-run.ts";
import { createPartner, newOrder, type Pair } from "../support/partner.ts";
import { runHere } from "../support/run-command.ts";

const data = newDataDir();
const local = useLocalRun({ data });

/** `npm run partner -- …`, against the local run. */
const partner = (...args: string[]) => runHere(runPartner, [...args, "--data", data]);

function pairIn(text: string): Pair {
  const [, appId = ""] = /^AppId +([0-9a-f]{32})$/m.exec(text) ?? [];
  const [, appKey = ""] = /^AppKey +([0-9a-f]{32})$/m.exec(text) ?? [];
  return { appId, appKey };
}

const mid = "898310148160570";
const statusFor = async (pair: Pair, asked = mid) =>
  (await createPartner(local.ready().url, pair, asked).ask(newOrder("SUCCESS-"))).status;

describe("a partner's life", () => {
  let pair: Pair;
  let newer: Pair;

  test("begins with credentials that are shown once and are valid at once, for its merchants only", async () => {
    const { status, stdout } = await partner("add", "--id", "acme", "--mid", `${mid},`, "898310148160571");
    expect(status).toBe(0);
    expect(stdout).toContain(`Merchants  ${mid}, 898310148160571`);
    pair = pairIn(stdout);
    expect(await statusFor(pair)).toBe(200);
    expect(await statusFor(pair, "898310148160571")).toBe(200);
    expect(await statusFor(pair, "898310148160568")).toBe(403);
    expect((await partner("list")).stdout).not.toContain(pair.appKey);
  });

  test("has two valid keys while one is being replaced, and not a third", async () => {
    newer = pairIn((await partner("rotate", "--id", "acme")).stdout);
    expect(newer.appId).toBe(pair.appId);
    expect(newer.appKey).not.toBe(pair.appKey);
    expect((await partner("list")).stdout).toMatch(/^acme +AppId [0-9a-f]{32} +two keys/m);
    expect((await partner("rotate", "--id", "acme")).stderr).toContain("retire the old one first");
    expect(await statusFor(pair)).toBe(200);
    await expect.poll(() => statusFor(newer), { timeout: 20_000, interval: 500 }).toBe(200);
  });

  test("has the newer one when the old one is retired", async () => {
    expect((await partner("retire", "--id", "acme")).status).toBe(0);
    expect((await partner("list")).stdout).toMatch(/^acme .*one key/m);
    expect(await statusFor(newer)).toBe(200);
    expect((await partner("retire", "--id", "acme")).stderr).toContain("one key only");
  });

  test("may be allowed more, one by one, and no longer", async () => {
    const both = await partner("allow", "--id", "acme", "--token", "--chinaums-statuses");
    expect(both).toMatchObject({ status: 0, stdout: expect.stringContaining("allowed: token, chinaums-statuses.") });
    expect((await partner("list")).stdout).toMatch(/^acme .*allowed token, chinaums-statuses$/m);
    expect((await partner("disallow", "--id", "acme", "--token")).stdout).toContain("allowed: chinaums-statuses.");
    expect((await partner("rotate", "--id", "acme")).status).toBe(0);
    expect((await partner("list")).stdout).toMatch(/^acme .*two keys .*allowed chinaums-statuses$/m);
    expect((await partner("disallow", "--id", "acme", "--chinaums-statuses")).stdout).toContain("allowed: nothing.");
    expect((await partner("list")).stdout).not.toContain("allowed");
  });

  test("may have a share of its own, and the deployment's again", async () => {
    const own = await partner("share", "--id", "acme", "--per-second", "50", "--burst", "250");
    expect(own).toMatchObject({ status: 0, stdout: expect.stringContaining("acme has a share of 50/s, 250 at once.") });
    expect((await partner("list")).stdout).toMatch(/^acme .*a share of 50\/s, 250 at once$/m);
    expect((await partner("share", "--id", "acme", "--default")).stdout).toContain("has the share of the deployment.");
    expect((await partner("list")).stdout).not.toContain("share");
  });

  test("ends when it is removed", async () => {
    expect((await partner("remove", "--id", "acme")).status).toBe(0);
    expect((await partner("list")).stdout).not.toContain("acme");
  });

  test("stays on record: each change, who made it, and where CloudTrail has it", async () => {
    const [header, ...lines] = (await partner("history", "--id", "acme")).stdout.trimEnd().split("\n");
    expect(header).toMatch(/^AT +CHANGE +BY +REQUEST ID IN CLOUDTRAIL$/);
    const line = /^\d{4}-\d\d-\d\dT[\d:.]+Z +(\w+) +(\S+) +([\w-]{20,})$/;
    const read = lines.map((text) => line.exec(text)?.slice(1) ?? [text]);
    expect(read.map(([change]) => change).slice(0, 3)).toEqual(["add", "rotate", "retire"]);
    expect(read.at(-1)?.[0]).toBe("remove");
    expect(new Set(read.map(([, by]) => by))).toEqual(new Set([userInfo().username]));
    expect(new Set(read.map(([, , requestId]) => requestId)).size).toBe(read.length);
    expect((await partner("history", "--id", "north-shop")).stdout).toBe("No change is on record.\n");
  });
});

test("for programs each command prints one JSON document, and no key but once", async () => {
  const json = async (...args: string[]) => JSON.parse((await partner(...args, "--json")).stdout) as unknown;
  const added = await json("add", "--id", "robot", "--mid", mid);
  const appId = expect.stringMatching(/^[0-9a-f]{32}$/);
  expect(added).toEqual({ partnerId: "robot", appId, appKey: appId, mids: [mid] });
  const shown = { partnerId: "robot", appId, keys: 1, mids: [mid], allow: ["token"], share: null };
  expect(await json("allow", "--id", "robot", "--token")).toEqual(shown);
  expect(await json("list")).toContainEqual(shown);
  expect(await json("history", "--id", "robot")).toMatchObject([{ change: "add" }, { change: "allow" }]);
  expect(await json("remove", "--id", "robot")).toEqual({ partnerId: "robot", recoveryDays: 7 });
});

test.each([
  [["add", "--id", "north-shop", "--mid", mid], "there is a partner north-shop already"],
  [["add", "--id", "other", "--mid", "123"], "merchant number of 15 characters"],
  [["add", "--id", "other", "--mid", ","], "at least one merchant number"],
  [["add", "--id", "other"], "--mid: required"],
  [["add", "--mid", mid], "--id: required"],
  [["rotate", "--id", "nobody"], "there is no partner nobody"],
  [["allow", "--id", "north-shop"], "--token, --chinaums-statuses: name one of them"],
  [["allow", "--token"], "--id: required"],
  [["allow", "--id", "nobody", "--token"], "there is no partner nobody"],
  [["rotate", "--id", "north-shop", "--token"], "unknown option '--token'"],
  [["disallow", "--id", "north-shop", "--colour"], "--colour"],
  [["share", "--id", "north-shop"], "a share is 1 to 1000 requests a second"],
  [["share", "--id", "north-shop", "--per-second", "0", "--burst", "5"], "a share is 1 to 1000 requests a second"],
  [["share", "--id", "north-shop", "--per-second", "5"], "1 to 10000 at once"],
  [["rotat"], "(Did you mean rotate?)"],
  [["list", "north-shop"], "too many arguments for 'list'"],
  [["list", "--colour", "red"], "--colour"],
])("%j is refused with a sentence and changes nothing", async (args, sentence) => {
  const before = (await partner("list")).stdout;
  const { status, stderr } = await partner(...args);
  expect(status).toBe(1);
  expect(stderr).toContain(sentence);
  expect(stderr).not.toMatch(/^ +at /m);
  expect((await partner("list")).stdout).toBe(before);
});
