import { beforeEach, expect, test } from "vitest";
import { createPartnerSecrets } from "../../shared/aws/partner-secrets.ts";
import type { PartnerDirectory } from "../../shared/partner/partner-directory.ts";
import { useSecretsManager } from "../support/secrets-manager.ts";

const prefix = "partners/";
const appId = "partner-app";
/** More than an instance remembers. */
const strangers = 2_100;
/** How many of them are looked up a second, at most. */
const lookUpsPerSecond = 20;

const secretsManager = useSecretsManager();

let now: number;
let directory: PartnerDirectory;
let count = 0;
beforeEach(async () => {
  now = 1_700_000_000_000;
  directory = createPartnerSecrets({ client: secretsManager.client(), prefix, now: () => now });
});

async function meetStrangers(): Promise<void> {
  for (let met = 0; met < strangers; met += lookUpsPerSecond) {
    now += 1_000;
    await Promise.all(Array.from({ length: lookUpsPerSecond }, () => directory.find(`stranger-${++count}`)));
  }
  now += 1_000;
}
async function lookUpsToFindThePartner(): Promise<number> {
  const before = secretsManager.lookUps();
  expect((await directory.find(appId)).partner).toMatchObject({ appId });
  return secretsManager.lookUps() - before;
}

test("2,100 strangers do not push a partner out that has signed, and push out one that has not", async () => {
  await secretsManager.create(prefix + appId, {
    partnerId: "north-shop",
    appId,
    appKeys: ["k1"],
    mids: ["898310148160568"],
  });
  expect(await lookUpsToFindThePartner()).toBe(1);
  await meetStrangers();
  expect(await lookUpsToFindThePartner()).toBe(1);

  directory.remember(appId);
  await meetStrangers();
  expect(await lookUpsToFindThePartner()).toBe(0);
});
