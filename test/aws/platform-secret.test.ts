import { beforeEach, describe, expect, test } from "vitest";
import { createPlatformSecret, SecretUnusable } from "../../shared/aws/platform-secret.ts";
import { placeholderAppId } from "../../shared/names.ts";
import { type Trouble, troubles, useSecretsManager } from "../support/secrets-manager.ts";

const minuteMs = 60_000;
const secretsManager = useSecretsManager();
const { create, put, lookUps } = secretsManager;

const first = { appId: "app", appKey: "key-1" };
const second = { appId: "app", appKey: "key-2" };
let now: number;
let name: string;
let count = 0;
beforeEach(async () => {
  now = 1_700_000_000_000;
  name = `platform-${++count}`;
  await create(name, first);
});
const platformSecret = (secretId = name) =>
  createPlatformSecret({ client: secretsManager.client(), secretId, now: () => now });

describe("the platform's pair", () => {
  test("is looked up once by any number of requests, and serves for five minutes", async () => {
    const secret = platformSecret();
    const pairs = await Promise.all(Array.from({ length: 50 }, () => secret.current()));
    expect(new Set(pairs.map(({ appKey }) => appKey))).toEqual(new Set(["key-1"]));
    now += 5 * minuteMs - 1;
    await secret.current();
    expect(lookUps()).toBe(1);
  });

  test("when stale is refreshed behind the request that still gets the old one", async () => {
    const secret = platformSecret();
    await secret.current();
    await put(name, second);
    now += 5 * minuteMs;
    expect(await secret.current()).toEqual(first);
    await expect.poll(() => secret.current()).toEqual(second);
    expect(lookUps()).toBe(2);
  });

  test("after a long freeze is looked up before it is given", async () => {
    const secret = platformSecret();
    await secret.current();
    await put(name, second);
    now += 60 * minuteMs;
    expect(await secret.current()).toEqual(second);
  });

  test("goes on serving after it was deleted", async () => {
    const secret = platformSecret();
    await secret.current();
    await secretsManager.remove(name, "at once");
    now += 120 * minuteMs;
    expect(await secret.current()).toEqual(first);
  });

  test("once rejected is looked up at once, once for all who had it rejected, and the new one is given", async () => {
    const secret = platformSecret();
    await secret.current();
    await put(name, second);
    const given = await Promise.all(Array.from({ length: 20 }, () => secret.afterRejected(first)));
    expect(given).toEqual(given.map(() => second));
    expect(lookUps()).toBe(2);
    expect(await secret.afterRejected(first)).toEqual(second);
    expect(lookUps()).toBe(2);
  });

  test("that stays rejected is not looked up again for two seconds", async () => {
    const secret = platformSecret();
    await secret.current();
    expect(await secret.afterRejected(first)).toEqual(first);
    for (let i = 0; i < 20; i++) expect(await secret.afterRejected(first)).toBeUndefined();
    now += 1_999;
    expect(await secret.afterRejected(first)).toBeUndefined();
    expect(lookUps()).toBe(2);
    now += 1;
    expect(await secret.afterRejected(first)).toEqual(first);
    expect(lookUps()).toBe(3);
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
    const secret = platformSecret(odd);
    const error = await secret.current().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(SecretUnusable);
    expect(error).toMatchObject({ code: "SECRET_UNUSABLE" });
    expect(String(error)).not.toContain("generated");
    await put(odd, first);
    expect(await secret.current()).toEqual(first);
  });

  test("that does not exist is not usable either", async () => {
    await expect(platformSecret("nowhere").current()).rejects.toThrow(SecretUnusable);
  });
});

describe("while Secrets Manager is in trouble", () => {
  test.each(Object.keys(troubles) as Trouble[])(
    "(%s) the first look-up says that it is unavailable",
    async (trouble) => {
      secretsManager.setTrouble(trouble);
      const error = await platformSecret()
        .current()
        .catch((e: unknown) => e);
      expect(error).toMatchObject({ name: "UnavailableError", code: "SECRETS_UNAVAILABLE", cause: expect.any(Error) });
    },
  );

  test("an old pair goes on serving, and not every request waits for the next failure", async () => {
    const secret = platformSecret();
    await secret.current();
    secretsManager.setTrouble("throttled");
    now += 120 * minuteMs;
    for (let i = 0; i < 20; i++) expect(await secret.current()).toEqual(first);
    expect(lookUps()).toBe(2);
    secretsManager.setTrouble(undefined);
    await put(name, second);
    now += 5_000;
    expect(await secret.current()).toEqual(second);
  });
});
