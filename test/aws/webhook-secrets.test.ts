import { randomBytes } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { createWebhookSecrets } from "../../shared/aws/webhook-secrets.ts";
import type { WebhookConfig } from "../../shared/webhook/webhook-config.ts";
import { useSecretsManager } from "../support/secrets-manager.ts";

const secretsManager = useSecretsManager();
const { create, put, remove, lookUps } = secretsManager;
const prefix = "refund-status/test/webhooks/";

let now: number;
let partnerId: string;
let count = 0;
beforeEach(() => {
  now = 1_700_000_000_000;
  partnerId = `partner-${++count}`;
});
const directory = () => createWebhookSecrets({ client: secretsManager.client(), prefix, now: () => now });
const configOf = (url: string): WebhookConfig => ({
  partnerId,
  appId: "app",
  configId: "config",
  url,
  scheme: "v1",
  secrets: [`whsec_${randomBytes(32).toString("base64")}`],
});

test("a webhook is looked up once by any number of events, and anew after five seconds", async () => {
  const [before, after] = [configOf("https://a.example/"), configOf("https://b.example/")];
  await create(prefix + partnerId, before);
  const webhooks = directory();
  const found = await Promise.all(Array.from({ length: 50 }, () => webhooks.find(partnerId)));
  expect(found).toEqual(found.map(() => before));
  expect(lookUps()).toBe(1);
  await put(prefix + partnerId, after);
  now += 4_999;
  expect(await webhooks.find(partnerId)).toEqual(before);
  now += 1;
  expect(await webhooks.find(partnerId)).toEqual(after);
  await remove(prefix + partnerId, "at once");
  now += 5_000;
  expect(await webhooks.find(partnerId)).toBeUndefined();
});

test("a partner without a webhook has none, also where the secret has another form or is another partner's", async () => {
  const webhooks = directory();
  expect(await webhooks.find(partnerId)).toBeUndefined();
  await create(prefix + partnerId, "no JSON");
  now += 5_000;
  expect(await webhooks.find(partnerId)).toBeUndefined();
  await put(prefix + partnerId, { ...configOf("https://a.example/"), partnerId: "another" });
  now += 5_000;
  expect(await webhooks.find(partnerId)).toBeUndefined();
});

test("while Secrets Manager is in trouble the old one serves, and without one that is said", async () => {
  const config = configOf("https://a.example/");
  await create(prefix + partnerId, config);
  const webhooks = directory();
  expect(await webhooks.find(partnerId)).toEqual(config);
  secretsManager.setTrouble("failing");
  now += 60_000;
  expect(await webhooks.find(partnerId)).toEqual(config);
  await expect(directory().find(partnerId)).rejects.toMatchObject({ code: "SECRETS_UNAVAILABLE" });
});
