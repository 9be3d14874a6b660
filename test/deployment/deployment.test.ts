import { setTimeout as sleep } from "node:timers/promises";
import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Receiver, startReceiver } from "../../sandbox/receiver/start-receiver.ts";
import { startSimulator } from "../../sandbox/simulator/start-simulator.ts";
import { changesPath, watchPath, webhookSecretPrefix } from "../../shared/names.ts";
import { setWebhook } from "../../tools/webhook-secrets.ts";
import { createPartner, newOrder } from "../support/partner.ts";
import { commandLimitMs } from "../support/run-command.ts";
import { signedPost } from "../support/signed-post.ts";
import { callsOf, script } from "../support/simulator-control.ts";
import { scriptReceiver } from "../support/telling.ts";
import { recordedOnly } from "./emulator/resources/recorded.ts";
import { type Emulator, startEmulator } from "./emulator/start-emulator.ts";
import { createOperator } from "./operator.ts";

/** The steps of docs/deploying.md, one test after another, in an account that is the emulator's. */
const stage = "emulated";
const platform = { appId: "the-platform", appKey: "the-platforms-key" };
const mid = "898310148160568";
/** A test runs one command, or the same one twice. */
const timeout = 2 * commandLimitMs;

type Closing = { close(): void | Promise<void> };
const started: Closing[] = [];
function closing<T extends Closing>(part: T): T {
  started.unshift(part);
  return part;
}

let emulator: Emulator;
let operator: ReturnType<typeof createOperator>;
let upstreamUrl: string;
let receiver: Receiver;
/** What the partner verifies webhooks with. */
let webhookKeys: readonly string[] = [];
let partner: ReturnType<typeof createPartner>;
const order = newOrder();

const deploy = () =>
  operator.run("npm", "run", "deploy", "--", "--stage", stage, "--yes", ...settings.flatMap((one) => ["-c", one]));
const settings: string[] = [];

function outputs(): Record<string, string> {
  const pairs = emulator.cloudFormation.stacks
    .at(-1)
    ?.outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]);
  return Object.fromEntries(pairs ?? []);
}

beforeAll(async () => {
  receiver = closing(await startReceiver({ port: 0, loadKeys: async () => webhookKeys, onLine: () => undefined }));
  // A deployed function reaches no receiver of its own machine; here it may reach this one.
  emulator = closing(await startEmulator({ WEBHOOK_LOOPBACK: receiver.url }));
  operator = closing(createOperator(emulator));
  const { appId, appKey } = platform;
  upstreamUrl = closing(await startSimulator({ credentials: { appId, appKeys: [appKey] } })).url;
  settings.push(`upstreamBaseUrl=${upstreamUrl}`, "openLadder=1s*3");
});
afterEach(() => expect(emulator.breaches.splice(0), "what docs/openapi.yaml does not say").toEqual([]));
afterAll(async () => {
  for (const part of started) await part.close();
});

test("one command deploys the whole stack, and ends with its outputs", { timeout }, async () => {
  const { status, stdout, stderr } = await deploy();
  expect(status, stderr).toBe(0);
  const stack = emulator.cloudFormation.stacks.at(-1);
  expect(stack).toMatchObject({ name: `RefundStatus-${stage}`, status: "CREATE_COMPLETE" });
  const { Resources } = JSON.parse(stack?.templateText ?? "{}") as { Resources: object };
  expect([...(stack?.resources.keys() ?? [])].sort()).toEqual(Object.keys(Resources).sort());
  expect(outputs()).toEqual({
    ApiUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    TableName: expect.stringContaining("RefundsTable"),
    PlatformSecretName: `refund-status/${stage}/platform`,
    PartnerSecretPrefix: `refund-status/${stage}/partners/`,
    AlarmTopicArn: expect.stringMatching(/^arn:aws:sns:/),
  });
  for (const [name, value] of Object.entries(outputs())) expect(stdout + stderr).toContain(`.${name} = ${value}`);
});

test("of everything that is deployed only alarms, their topic and policies of services are not brought up", () => {
  const types = [...(emulator.cloudFormation.stacks.at(-1)?.resources.values() ?? [])].map(({ type }) => type);
  expect([...new Set(types)].filter((type) => type in recordedOnly).sort()).toEqual([
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::Logs::MetricFilter",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
  ]);
});

test("a second deployment of the same changes nothing", { timeout }, async () => {
  const { status, stdout, stderr } = await deploy();
  expect(status, stderr).toBe(0);
  expect(stdout + stderr).toContain("There were no differences");
  expect(stdout + stderr).toContain("(no changes)");
});

test("the table has its keys, its index and its expiry", async () => {
  const client = new DynamoDBClient(operator.client);
  const { TableName } = outputs();
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  expect(Table?.KeySchema).toEqual([
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ]);
  expect(Table?.GlobalSecondaryIndexes).toMatchObject([
    {
      IndexName: "due",
      KeySchema: [
        { AttributeName: "dueShard", KeyType: "HASH" },
        { AttributeName: "dueAt", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "KEYS_ONLY" },
    },
  ]);
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  expect(TimeToLiveDescription).toEqual({ AttributeName: "ttl", TimeToLiveStatus: "ENABLED" });
});

test("the platform secret is there with a placeholder", async () => {
  const { PlatformSecretName } = outputs();
  const client = new SecretsManagerClient(operator.client);
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: PlatformSecretName }));
  expect(JSON.parse(SecretString ?? "")).toEqual({
    appId: "not-set-yet",
    appKey: expect.stringMatching(/^[A-Za-z0-9]{32}$/),
  });
});

test("a partner is added, and is answered 503 as long as the platform secret is not set", async () => {
  const added = await operator.run(
    "npm",
    "run",
    "partner",
    "--",
    "add",
    "--id",
    "acme",
    "--mid",
    mid,
    "--stage",
    stage,
  );
  expect(added.status, added.stderr).toBe(0);
  const said = (name: string) => new RegExp(`^${name} +(\\S+)$`, "m").exec(added.stdout)?.[1] ?? "";
  partner = createPartner(String(outputs().ApiUrl), { appId: said("AppId"), appKey: said("AppKey") }, mid);

  const { status, body } = await partner.ask(newOrder("SUCCESS-"));
  expect([status, body.errCode]).toEqual([503, "INTERNAL_ERROR"]);
});

test("the partner's webhook is set, to a receiver that only this account's functions may reach", async () => {
  const where = { client: new SecretsManagerClient(operator.client), prefix: webhookSecretPrefix(stage) };
  const owner = { partnerId: "acme", appId: partner.pair.appId };
  webhookKeys = (await setWebhook(where, owner, { url: receiver.url, scheme: "v1" })).secrets;
});

test("once the platform secret is set, a signed request gets the answer of upstream, without another deployment", async () => {
  const client = new SecretsManagerClient(operator.client);
  const SecretId = outputs().PlatformSecretName;
  await client.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(platform) }));

  await script(upstreamUrl, order, [{ refundStatus: "PROCESSING" }, { refundStatus: "SUCCESS" }]);
  const { status, body } = await partner.ask(order);
  expect([status, body.errCode, body.refundStatus]).toEqual([200, "SUCCESS", "PROCESSING"]);
  expect(body.recheck).toMatchObject({ state: "pending", final: false, attempts: 1, source: "upstream" });
  expect(await callsOf(upstreamUrl, order)).toMatchObject([{ verified: true }]);
});

test("the schedule settles the refund once it is due", async () => {
  const { body } = await partner.ask(order);
  const waitMs = Date.parse(body.recheck?.nextCheckAt ?? "") - Date.now();
  expect(waitMs).toBeLessThan(2_000);
  await sleep(Math.max(0, waitMs));
  await emulator.account.scheduler.passMinute();
  expect(await callsOf(upstreamUrl, order)).toHaveLength(2);

  const settled = await partner.ask(order);
  expect([settled.status, settled.body.refundStatus]).toEqual([200, "SUCCESS"]);
  expect(settled.body.recheck).toMatchObject({ state: "succeeded", final: true, attempts: 2, source: "record" });
  expect(await callsOf(upstreamUrl, order)).toHaveLength(2);
});

type Told = { id: string; type: string; data: { merOrderId: string; state: string } };
type Delivered = { id: string; body: string; verified: boolean; answered: string };
const watched = newOrder();
const changes = async (members: object = {}) =>
  (await signedPost<{ events: Told[]; cursor: string }>(String(outputs().ApiUrl), partner.pair, changesPath, members))
    .body;
const deliveries = async () =>
  ((await (await fetch(`${receiver.url}/_control/deliveries`)).json()) as { deliveries: Delivered[] }).deliveries;
let cursor: string;

test("a partner is told by feed and webhook of the refund that the schedule has settled", async () => {
  await emulator.account.eventSources.handOn();
  const told = await changes();
  expect(told.events).toMatchObject([{ type: "refund.succeeded", data: { merOrderId: order, state: "succeeded" } }]);
  expect(await changes({ cursor: told.cursor })).toEqual({ events: [], cursor: told.cursor });
  expect(await deliveries()).toMatchObject([{ id: told.events[0]?.id, verified: true, answered: "200" }]);
  cursor = told.cursor;
});

test("a refund that is only registered is settled by the schedule, without a question of its partner", async () => {
  await script(upstreamUrl, watched, [{ refundStatus: "FAIL" }]);
  const refunds = [{ mid, tid: "88880001", instMid: "APPDEFAULT", merOrderId: watched }];
  const { status, body } = await signedPost(String(outputs().ApiUrl), partner.pair, watchPath, { refunds });
  expect([status, body]).toMatchObject([200, { refunds: [{ merOrderId: watched, result: "created" }] }]);
  await emulator.account.scheduler.passMinute();
  expect(await callsOf(upstreamUrl, watched)).toHaveLength(1);
});

test("its event is in the feed, and the webhook that failed at first is delivered, with the same id and body", async () => {
  await scriptReceiver(receiver.url, [{ status: 500 }]);
  await emulator.account.eventSources.handOn();
  const { events } = await changes({ cursor });
  expect(events).toMatchObject([{ type: "refund.failed", data: { merOrderId: watched, state: "failed" } }]);

  // What has failed once is handed on by the second mapping.
  await emulator.account.eventSources.handOn();
  const tries = (await deliveries()).filter(({ id }) => id === events[0]?.id);
  expect(tries.map(({ answered, verified }) => [answered, verified])).toEqual([
    ["500", true],
    ["200", true],
  ]);
  expect(tries[1]?.body).toBe(tries[0]?.body);
});

test("nothing of all this was refused to a function or to a service in its role", () => {
  expect(emulator.account.iam.refusals).toEqual([]);
});

test("taken down, the stack leaves the table and the partners, and nothing that answers", {
  timeout,
}, async () => {
  const { ApiUrl, TableName, PlatformSecretName, PartnerSecretPrefix } = outputs();
  const { status, stderr } = await operator.run("npx", "cdk", "destroy", "-c", `stage=${stage}`, "--force");
  expect(status, stderr).toBe(0);
  expect(emulator.cloudFormation.stacks.at(-1)?.status).toBe("DELETE_COMPLETE");
  await expect(fetch(String(ApiUrl))).rejects.toThrow();

  const { Table } = await new DynamoDBClient(operator.client).send(new DescribeTableCommand({ TableName }));
  expect(Table?.ItemCount).toBeGreaterThan(0);
  const secrets = new SecretsManagerClient(operator.client);
  const described = (SecretId: string) => secrets.send(new DescribeSecretCommand({ SecretId }));
  expect((await described(PartnerSecretPrefix + partner.pair.appId)).DeletedDate).toBeUndefined();
  expect((await described(String(PlatformSecretName))).DeletedDate).toBeInstanceOf(Date);
});

test("the same stage is deployed again once its secret is really gone", { timeout }, async () => {
  // The last step of the documented command, with what its first step has left.
  const app = ["--app", `.build/deploy-${stage}`, "--require-approval", "never"];
  const again = () => operator.run("npx", "cdk", "deploy", "RefundStatus", ...app);
  const refused = await again();
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain("a secret with this name is already scheduled for deletion");
  expect(emulator.cloudFormation.stacks.at(-1)?.status).toBe("ROLLBACK_COMPLETE");

  const SecretId = `refund-status/${stage}/platform`;
  const forced = new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true });
  await new SecretsManagerClient(operator.client).send(forced);
  const { status, stderr } = await again();
  expect(status, stderr).toBe(0);
  expect(emulator.cloudFormation.stacks.at(-1)?.status).toBe("CREATE_COMPLETE");
});
