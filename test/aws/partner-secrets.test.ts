import { beforeEach, describe, expect, test } from "vitest";
import { createPartnerSecrets } from "../../shared/aws/partner-secrets.ts";
import type { PartnerDirectory } from "../../shared/partner/partner-directory.ts";
import { type Trouble, troubles, useSecretsManager } from "../support/secrets-manager.ts";

const minuteMs = 60_000;
const prefix = "partners/";
const partner = { partnerId: "north-shop", appKeys: ["k1"], mids: ["898310148160568"] };
const secretsManager = useSecretsManager();
const { lookUps, setTrouble } = secretsManager;

let now: number;
let directory: PartnerDirectory;
let count = 0;
beforeEach(() => {
  now = 1_700_000_000_000;
  directory = newDirectory();
});

function newDirectory(): PartnerDirectory {
  return createPartnerSecrets({ client: secretsManager.client(), prefix, now: () => now });
}
async function newPartner(overrides: object = {}): Promise<string> {
  const appId = `partner-app-${++count}`;
  await secretsManager.create(prefix + appId, { ...partner, appId, ...overrides });
  return appId;
}
const replaceKeys = (appId: string, ...appKeys: string[]) =>
  secretsManager.put(prefix + appId, { ...partner, appId, appKeys });
const find = async (appId: string) => (await directory.find(appId)).partner;
/** What the directory is asked for by a request with a signature that fits no key. */
const signBadly = async (appId: string) => await directory.findAnew(appId, await directory.find(appId));
/** What it is asked for by a request with a right signature. */
async function signRightly(appId: string): Promise<void> {
  expect(await find(appId)).toMatchObject({ appId });
  directory.remember(appId);
}
/** Uses up the look-ups of this instant. */
async function flood(): Promise<void> {
  for (let i = 0; i < 25; i++) await directory.find(`stranger-${++count}`).catch(() => undefined);
}
async function lookUpsOf(work: () => Promise<unknown>): Promise<number> {
  const before = lookUps();
  await work();
  return lookUps() - before;
}
const exhausted = { code: "LOOK_UPS_EXHAUSTED" };
const unavailable = { code: "SECRETS_UNAVAILABLE" };

describe("partners", () => {
  test("are found by AppId, looked up once", async () => {
    const appId = await newPartner();
    const found = await Promise.all(Array.from({ length: 20 }, () => find(appId)));
    expect(found).toEqual(found.map(() => ({ ...partner, appId })));
    expect(lookUps()).toBe(1);
  });

  test("are looked up again behind a request after five minutes", async () => {
    const appId = await newPartner();
    await find(appId);
    now += 5 * minuteMs - 1;
    expect(await lookUpsOf(() => find(appId))).toBe(0);
    now += 1;
    await find(appId);
    await expect.poll(lookUps).toBe(2);
  });

  test("that no secret can be named by do not exist, and are not looked up", async () => {
    for (const appId of ["", "../platform", "a b", "测试", "x".repeat(129), "*"]) {
      expect(await find(appId)).toBeUndefined();
      expect(await signBadly(appId)).toBeUndefined();
    }
    expect(lookUps()).toBe(0);
  });

  test("that are removed are gone, at the latest after a quarter of an hour of silence", async () => {
    const appId = await newPartner();
    await signRightly(appId);
    await secretsManager.remove(prefix + appId, "later");
    now += 15 * minuteMs;
    expect(await find(appId)).toBeUndefined();
  });

  test("that are added a moment after a bad signature are found two seconds later", async () => {
    expect(await signBadly("late")).toBeUndefined();
    await secretsManager.create(`${prefix}late`, { ...partner, appId: "late" });
    now += 2_000;
    expect(await signBadly("late")).toMatchObject({ appId: "late" });
  });

  test.each([
    ["names another AppId", { appId: "another" }],
    ["has no key", { appKeys: [] }],
    ["has three keys", { appKeys: ["a", "b", "c"] }],
    ["has an empty key", { appKeys: [""] }],
    ["has a merchant that is none", { mids: ["*"] }],
  ])("whose secret %s are not let in", async (_, overrides) => {
    expect(await find(await newPartner(overrides))).toBeUndefined();
  });
});

describe("a replaced key", () => {
  test("is noticed at once by all who sign with it", async () => {
    const appId = await newPartner();
    await signRightly(appId);
    await replaceKeys(appId, "k2", "k1");
    const found = await Promise.all(Array.from({ length: 20 }, () => signBadly(appId)));
    expect(found.map((known) => known?.appKeys)).toEqual(found.map(() => ["k2", "k1"]));
    expect(lookUps()).toBe(2);
  });

  test("is noticed within two seconds where somebody else signs badly all the time", async () => {
    const appId = await newPartner();
    await signRightly(appId);
    await signBadly(appId);
    await replaceKeys(appId, "k2");
    now += 1_999;
    expect((await signBadly(appId))?.appKeys).toEqual(["k1"]);
    now += 1;
    expect((await signBadly(appId))?.appKeys).toEqual(["k2"]);
  });
});

describe("a bad signature takes the same look-ups for a known as for an unknown AppId", () => {
  const ids = async () => [await newPartner(), `nobody-${++count}`];

  test("at first sight: one in all, and none within the next two seconds", async () => {
    for (const appId of await ids()) {
      expect(await lookUpsOf(() => signBadly(appId))).toBe(1);
      now += 1_999;
      expect(await lookUpsOf(() => signBadly(appId))).toBe(0);
      now += 1;
      expect(await lookUpsOf(() => signBadly(appId))).toBe(1);
      now += 1_999;
      expect(await lookUpsOf(() => signBadly(appId))).toBe(0);
    }
  });

  test("from memory: one", async () => {
    for (const appId of await ids()) {
      await find(appId);
      expect(await lookUpsOf(() => signBadly(appId))).toBe(1);
    }
  });

  test("of a partner that has signed: one, and none within the next two seconds", async () => {
    const appId = await newPartner();
    await signRightly(appId);
    expect(await lookUpsOf(() => signBadly(appId))).toBe(1);
    now += 1_999;
    expect(await lookUpsOf(() => signBadly(appId))).toBe(0);
    now += 1;
    expect(await lookUpsOf(() => signBadly(appId))).toBe(1);
  });

  test("while strangers use up the look-ups: none that the answer waits for, and the same answer", async () => {
    const [known = "", unknown = ""] = await ids();
    await signRightly(known);
    await find(unknown);
    await flood();
    for (const appId of [known, unknown, known, unknown]) {
      await expect(signBadly(appId)).rejects.toMatchObject(exhausted);
    }
  });

  test("while Secrets Manager is in trouble: the same answer, as long as it lasts", async () => {
    const [known = "", unknown = ""] = await ids();
    await signRightly(known);
    await find(unknown);
    setTrouble("throttled");
    for (const appId of [known, unknown, known, unknown]) {
      await expect(signBadly(appId)).rejects.toMatchObject(unavailable);
    }
  });
});

describe("strangers", () => {
  test("are looked up at most 20 times at once and 20 times a second", async () => {
    const tryAll = (strangers: number) =>
      lookUpsOf(() =>
        Promise.allSettled(Array.from({ length: strangers }, () => directory.find(`stranger-${++count}`))),
      );
    expect(await tryAll(50)).toBe(20);
    now += 500;
    expect(await tryAll(50)).toBe(10);
    now += 500;
    expect(await tryAll(50)).toBe(10);
    now += 3_600_000;
    expect(await tryAll(50)).toBe(20);
  });

  test("beyond that cannot be told from partners", async () => {
    await flood();
    const appId = await newPartner();
    await expect(directory.find(appId)).rejects.toMatchObject(exhausted);
    now += 50;
    expect(await find(appId)).toMatchObject({ appId });
  });

  test("keep a partner that has just replaced its key waiting for one try only", async () => {
    const appId = await newPartner();
    await signRightly(appId);
    await replaceKeys(appId, "k2");
    await flood();
    await expect(signBadly(appId)).rejects.toMatchObject(exhausted);
    await expect.poll(async () => (await find(appId))?.appKeys).toEqual(["k2"]);
    await flood();
    expect(await lookUpsOf(() => signBadly(appId).catch(() => undefined))).toBe(0);
  });
});

describe.each(Object.keys(troubles) as Trouble[])("while Secrets Manager is in trouble (%s)", (trouble) => {
  test("a partner that has signed goes on by what is remembered, however old it is", async () => {
    const appId = await newPartner();
    await signRightly(appId);
    setTrouble(trouble);
    now += 24 * 60 * minuteMs;
    await signRightly(appId);
  });

  test("a partner that has not signed yet is not taken for a stranger", async () => {
    const appId = await newPartner();
    setTrouble(trouble);
    await expect(directory.find(appId)).rejects.toMatchObject({ ...unavailable, cause: expect.any(Error) });
    setTrouble(undefined);
    expect(await find(appId)).toMatchObject({ appId });
  });
});
