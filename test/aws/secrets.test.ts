import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startSecretsManager } from "../../sandbox/secrets-manager/start-secrets-manager.ts";
import { createPartnerSecrets } from "../../shared/aws/partner-secrets.ts";
import { createPlatformSecret, SecretUnusable } from "../../shared/aws/platform-secret.ts";
import { placeholderAppId } from "../../shared/names.ts";
import { localSecretsManager } from "../../tools/local-aws.ts";

const minuteMs = 60_000;
let server: Awaited<ReturnType<typeof startSecretsManager>>;
let client: SecretsManagerClient;
beforeAll(async () => {
  server = await startSecretsManager({ file: join(mkdtempSync(join(tmpdir(), "refund-status-")), "secrets.json") });
  client = localSecretsManager(server.url);
});
afterAll(() => server.close());

let now: number;
const clock = () => now;
beforeEach(async () => {
  now = 1_700_000_000_000;
  await fetch(`${server.url}/_control/calls`, { method: "DELETE" });
});

async function lookUps(): Promise<number> {
  const { calls } = (await (await fetch(`${server.url}/_control/calls`)).json()) as { calls: { operation: string }[] };
  return calls.filter(({ operation }) => operation === "GetSecretValue").length;
}
const create = (Name: string, value: object | string) =>
  client.send(
    new CreateSecretCommand({ Name, SecretString: typeof value === "string" ? value : JSON.stringify(value) }),
  );
const put = (SecretId: string, value: object) =>
  client.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(value) }));
/** Lets a refresh behind the request come to its end. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

describe("the platform's pair", () => {
  const first = { appId: "app", appKey: "key-1" };
  const second = { appId: "app", appKey: "key-2" };
  let name: string;
  let count = 0;
  beforeEach(async () => {
    name = `platform-${++count}`;
    await create(name, first);
  });

  test("is looked up once by any number of requests, and serves for five minutes", async () => {
    const secret = createPlatformSecret(client, name, clock);
    const pairs = await Promise.all(Array.from({ length: 50 }, () => secret.current()));
    expect(new Set(pairs.map(({ appKey }) => appKey))).toEqual(new Set(["key-1"]));
    now += 5 * minuteMs - 1;
    await secret.current();
    expect(await lookUps()).toBe(1);
  });

  test("when stale is refreshed behind the request that still gets the old one", async () => {
    const secret = createPlatformSecret(client, name, clock);
    await secret.current();
    await put(name, second);
    now += 5 * minuteMs;
    expect(await secret.current()).toEqual(first);
    await settled();
    expect(await secret.current()).toEqual(second);
    expect(await lookUps()).toBe(2);
  });

  test("after a long freeze is looked up before it is given", async () => {
    const secret = createPlatformSecret(client, name, clock);
    await secret.current();
    await put(name, second);
    now += 60 * minuteMs;
    expect(await secret.current()).toEqual(second);
  });

  test("goes on serving while the secret's store is down", async () => {
    const secret = createPlatformSecret(client, name, clock);
    await secret.current();
    await client.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
    now += 120 * minuteMs;
    expect(await secret.current()).toEqual(first);
  });

  test("once rejected is looked up at once, once for all who had it rejected, and the new one is given", async () => {
    const secret = createPlatformSecret(client, name, clock);
    await secret.current();
    await put(name, second);
    const given = await Promise.all(Array.from({ length: 20 }, () => secret.afterRejected(first)));
    expect(given).toEqual(given.map(() => second));
    expect(await lookUps()).toBe(2);
    expect(await secret.afterRejected(first)).toEqual(second);
    expect(await lookUps()).toBe(2);
  });

  test("that stays rejected is not looked up again for a while: no storm", async () => {
    const secret = createPlatformSecret(client, name, clock);
    await secret.current();
    expect(await secret.afterRejected(first)).toEqual(first);
    for (let i = 0; i < 20; i++) expect(await secret.afterRejected(first)).toBeUndefined();
    expect(await lookUps()).toBe(2);
    now += 2_000;
    expect(await secret.afterRejected(first)).toEqual(first);
    expect(await lookUps()).toBe(3);
  });

  test.each([
    ["the deployment's placeholder", { appId: placeholderAppId, appKey: "generated" }],
    ["not JSON", "app:key"],
    ["without a key", { appId: "app" }],
    ["with an empty key", { appId: "app", appKey: "" }],
    ["with white space", { appId: "app", appKey: "key\n" }],
  ])("that is %s is a fault that does not quote it, and is not kept", async (what, value) => {
    const odd = `odd-${what.replace(/\W/g, "-")}`;
    await create(odd, value);
    const secret = createPlatformSecret(client, odd, clock);
    const error = await secret.current().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(SecretUnusable);
    expect(String(error)).not.toContain("generated");
    await put(odd, first);
    expect(await secret.current()).toEqual(first);
  });
});

describe("partners", () => {
  const prefix = "partners/";
  const partner = { partnerId: "north-shop", appKeys: ["k1"], mids: ["898310148160568"] };
  let count = 0;
  const newPartner = async (overrides: object = {}) => {
    const appId = `partner-app-${++count}`;
    await create(prefix + appId, { ...partner, appId, ...overrides });
    return appId;
  };

  test("are found by AppId, looked up once", async () => {
    const appId = await newPartner();
    const directory = createPartnerSecrets(client, prefix, clock);
    const found = await Promise.all(Array.from({ length: 20 }, () => directory.find(appId)));
    expect(found[19]).toEqual({ ...partner, appId });
    expect(await lookUps()).toBe(1);
  });

  test("a flood of an unknown AppId does not reach the secret's store", async () => {
    const directory = createPartnerSecrets(client, prefix, clock);
    for (let i = 0; i < 100; i++) {
      expect(await directory.find("nobody")).toBeUndefined();
      expect(await directory.findAnew("nobody")).toBeUndefined();
      now += 10;
    }
    expect(await lookUps()).toBe(1);
  });

  test("an AppId that no secret can be named by is nobody's, and is not looked up", async () => {
    const directory = createPartnerSecrets(client, prefix, clock);
    for (const appId of ["", "../platform", "a b", "测试", "x".repeat(129), "*"]) {
      expect(await directory.find(appId)).toBeUndefined();
      expect(await directory.findAnew(appId)).toBeUndefined();
    }
    expect(await lookUps()).toBe(0);
  });

  test("a replaced key is found anew at once, and then at most every two seconds", async () => {
    const appId = await newPartner();
    const directory = createPartnerSecrets(client, prefix, clock);
    await directory.find(appId);
    await put(prefix + appId, { ...partner, appId, appKeys: ["k2", "k1"] });
    for (let i = 0; i < 20; i++) expect((await directory.findAnew(appId))?.appKeys).toEqual(["k2", "k1"]);
    expect(await lookUps()).toBe(2);
    now += 2_000;
    await directory.findAnew(appId);
    expect(await lookUps()).toBe(3);
  });

  test("a partner added a moment after it was unknown is found within ten seconds", async () => {
    const directory = createPartnerSecrets(client, prefix, clock);
    expect(await directory.find("late")).toBeUndefined();
    await create(`${prefix}late`, { ...partner, appId: "late" });
    now += 10_000;
    expect(await directory.findAnew("late")).toMatchObject({ appId: "late" });
  });

  test("a removed partner is gone, at the latest after a quarter of an hour of silence", async () => {
    const appId = await newPartner();
    const directory = createPartnerSecrets(client, prefix, clock);
    await directory.find(appId);
    await client.send(new DeleteSecretCommand({ SecretId: prefix + appId, RecoveryWindowInDays: 7 }));
    now += 15 * minuteMs;
    expect(await directory.find(appId)).toBeUndefined();
  });

  test.each([
    ["names another AppId", { appId: "another" }],
    ["has no key", { appKeys: [] }],
    ["has three keys", { appKeys: ["a", "b", "c"] }],
    ["has an empty key", { appKeys: [""] }],
    ["has a merchant that is none", { mids: ["*"] }],
  ])("a record that %s lets nobody in", async (_, overrides) => {
    const appId = await newPartner(overrides);
    expect(await createPartnerSecrets(client, prefix, clock).find(appId)).toBeUndefined();
  });

  test("when the store cannot be asked, that is a fault and not an unknown partner", async () => {
    const directory = createPartnerSecrets(localSecretsManager("http://127.0.0.1:1"), prefix, clock);
    await expect(directory.find("partner-app-1")).rejects.toThrow();
  });
});
