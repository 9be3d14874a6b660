import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  DynamoDBClient,
  RestoreTableToPointInTimeCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, expect, test } from "vitest";
import { functionNames } from "../../functions/function-envs.ts";
import { startSimulator } from "../../sandbox/simulator/start-simulator.ts";
import { changesPath, partnerSecretPrefix, platformSecretName } from "../../shared/names.ts";
import { localRegion } from "../../tools/local-aws.ts";
import { addPartner } from "../../tools/partner-secrets.ts";
import { createPartner, newOrder } from "../support/partner.ts";
import { commandLimitMs } from "../support/run-command.ts";
import { signedPost } from "../support/signed-post.ts";
import { callsOf } from "../support/simulator-control.ts";
import { type Emulator, startEmulator } from "./emulator/start-emulator.ts";
import { createOperator } from "./operator.ts";

/** What docs/runbook.md and docs/deploying.md say about a stack that is there: changed, rolled back, restored. */
const stage = "changing";
const settingsFile = join(import.meta.dirname, `../../settings/${stage}.json`);
const timeout = 2 * commandLimitMs;
const platform = { appId: "the-platform", appKey: "the-platforms-key" };
const mid = "898310148160568";

type Closing = { close(): void | Promise<void> };
const started: Closing[] = [];
function closing<T extends Closing>(part: T): T {
  started.unshift(part);
  return part;
}

let emulator: Emulator;
let operator: ReturnType<typeof createOperator>;
let upstreamUrl: string;
let partner: ReturnType<typeof createPartner>;
const settled = newOrder("SUCCESS-");
const inBetween = newOrder("SUCCESS-");

const set = (more: object) => writeFileSync(settingsFile, JSON.stringify({ upstreamBaseUrl: upstreamUrl, ...more }));
const deploy = (input = "") => operator.deploy(["--stage", stage, "--yes"], input);
const refunds = (input: string, ...args: string[]) =>
  operator.runWith(input, "npm", "run", "--silent", "refunds", "--", ...args, "--region", localRegion);
const stack = () => emulator.cloudFormation.stacks.at(-1);
const output = (name: string) => String(stack()?.outputs.find(({ OutputKey }) => OutputKey === name)?.OutputValue);
const liveVersions = () =>
  functionNames.map((name) => {
    const live = emulator.account.lambda.findInvocable(`RefundStatus-${stage}-${name}:live`);
    return "version" in live ? live.version : "none";
  });

beforeAll(async () => {
  emulator = closing(await startEmulator());
  operator = closing(createOperator(emulator));
  upstreamUrl = closing(
    await startSimulator({ credentials: { appId: platform.appId, appKeys: [platform.appKey] } }),
  ).url;
});
afterAll(async () => {
  rmSync(settingsFile, { force: true });
  for (const part of started) await part.close();
});

test("a stage is deployed by its file alone, and answers", { timeout }, async () => {
  set({});
  const { status, stderr } = await deploy();
  expect(status, stderr).toBe(0);
  const secrets = new SecretsManagerClient(operator.client);
  const SecretString = JSON.stringify(platform);
  await secrets.send(new PutSecretValueCommand({ SecretId: platformSecretName(stage), SecretString }));
  const { appId, appKeys } = await addPartner({ client: secrets, prefix: partnerSecretPrefix(stage) }, "acme", [mid]);
  partner = createPartner(output("ApiUrl"), { appId, appKey: appKeys[0] ?? "" }, mid);
  const { body } = await partner.ask(settled);
  expect(body.recheck).toMatchObject({ state: "succeeded", source: "upstream" });
  expect(liveVersions()).toEqual(["1", "1", "1", "1"]);
});

test("a changed setting makes new versions, and leaves endpoint, table and refunds as they are", {
  timeout,
}, async () => {
  const [url, table] = [output("ApiUrl"), output("TableName")];
  set({ openLadder: "1s*3" });
  const { status, stderr } = await deploy();
  expect(status, stderr).toBe(0);
  expect(stack()?.status).toBe("UPDATE_COMPLETE");
  expect(liveVersions()).toEqual(["2", "2", "1", "1"]);
  expect([output("ApiUrl"), output("TableName")]).toEqual([url, table]);
  expect((await partner.ask(settled)).body.recheck).toMatchObject({ state: "succeeded", source: "record" });
});

test("executions that the account's quota does not have are refused before anything is changed", {
  timeout,
}, async () => {
  set({ openLadder: "1s*3", queryReserved: 20 });
  const { status, stderr } = await deploy();
  expect(status).toBe(1);
  expect(stderr).toContain("quota of concurrent executions is 10");
  expect(stack()?.status).toBe("UPDATE_COMPLETE");
  expect(liveVersions()).toEqual(["2", "2", "1", "1"]);
});

test("a rollback moves every function to the version before, once", { timeout }, async () => {
  const rollback = () => operator.run("npm", "run", "rollback", "--", "--stage", stage);
  const first = await rollback();
  expect(first.status, first.stderr).toBe(0);
  expect(first.stdout).toContain(`RefundStatus-${stage}-refund-query: version 2 → 1`);
  expect(liveVersions()).toEqual(["1", "1", "1", "1"]);
  expect((await partner.ask(settled)).body.recheck).toMatchObject({ state: "succeeded", source: "record" });
  const second = await rollback();
  expect(second.status).toBe(1);
  expect(second.stderr).toContain("was rolled back already");
});

test("what is exported can be imported, and changes nothing where it is on record", { timeout }, async () => {
  const exported = await refunds("", "export", "--table", output("TableName"));
  expect(exported.stdout).toContain(settled);
  const imported = await refunds(exported.stdout, "import", "--table", output("TableName"));
  expect(imported.stdout).toMatch(/^0 items written; [1-9]\d* are on record already/);
});

test("a table restored from a point in time is used once somebody has said yes to it", { timeout }, async () => {
  const client = new DynamoDBClient(operator.client);
  const [SourceTableName, TargetTableName] = [output("TableName"), `RefundStatus-${stage}-restored`];
  await client.send(
    new RestoreTableToPointInTimeCommand({ SourceTableName, TargetTableName, UseLatestRestorableTime: true }),
  );
  const TimeToLiveSpecification = { AttributeName: "ttl", Enabled: true };
  await client.send(new UpdateTimeToLiveCommand({ TableName: TargetTableName, TimeToLiveSpecification }));
  const StreamSpecification = { StreamEnabled: true, StreamViewType: "NEW_IMAGE" } as const;
  const streamed = await client.send(new UpdateTableCommand({ TableName: TargetTableName, StreamSpecification }));
  await partner.ask(inBetween);
  expect(await callsOf(upstreamUrl, inBetween)).toHaveLength(1);

  set({ tableName: TargetTableName, tableStreamArn: streamed.TableDescription?.LatestStreamArn });
  const unasked = await deploy();
  expect(unasked.status).toBe(1);
  expect(unasked.stderr).toContain(`table ${SourceTableName}: no longer used. It stays in the account.`);
  expect(unasked.stderr).toContain("Nothing was deployed.");
  const { status, stderr } = await deploy("yes\n");
  expect(status, stderr).toBe(0);
  expect(output("TableName")).toBe(TargetTableName);
});

test("over the restored table, what it has is on record, and what it lacks is asked again", async () => {
  expect((await partner.ask(settled)).body.recheck).toMatchObject({ state: "succeeded", source: "record" });
  expect((await partner.ask(inBetween)).body.recheck).toMatchObject({ state: "succeeded", source: "upstream" });
  expect(await callsOf(upstreamUrl, inBetween)).toHaveLength(2);
  await emulator.account.scheduler.passMinute();
  expect(emulator.account.iam.refusals).toEqual([]);
});

test("partners are told by the stream of the restored table", async () => {
  await emulator.account.eventSources.handOn();
  const { body } = await signedPost<{ events: { data: object }[] }>(output("ApiUrl"), partner.pair, changesPath, {});
  expect(body.events.map(({ data }) => data)).toContainEqual(expect.objectContaining({ merOrderId: inBetween }));
});
