import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { startSimulator } from "../../sandbox/simulator/start-simulator.ts";
import { changesPath } from "../../shared/names.ts";
import { newOrder } from "../support/partner.ts";
import { signedPost } from "../support/signed-post.ts";
import { script } from "../support/simulator-control.ts";
import {
  createChangedStack,
  type Draft,
  resourceIdOf,
  resourcesOfType,
  statementsOf,
  without,
} from "./changed-stack.ts";
import { type Emulator, startEmulator } from "./emulator/start-emulator.ts";
import { uploadTemplate } from "./upload-template.ts";

/** Takes rights away one by one, which shows that the emulator enforces them. */
const stage = "whole-stack";
const platform = { appId: "the-platform", appKey: "the-platforms-key" };

let emulator: Emulator;
let simulator: Awaited<ReturnType<typeof startSimulator>>;
let templateText: string;

beforeAll(async () => {
  emulator = await startEmulator();
  simulator = await startSimulator({ credentials: { appId: platform.appId, appKeys: [platform.appKey] } });
  // With tokens there is one more kind of item that the functions need rights for.
  // A stack has a process for each sweep, so two sweeps are enough.
  const settings = { stage, upstreamBaseUrl: simulator.url, upstreamAuth: "access-token", groups: "2" };
  templateText = uploadTemplate(emulator, inject("bundles") ?? "", settings);
});
afterAll(async () => {
  await emulator?.close();
  await simulator?.close();
});

function changed(change: (draft: Draft) => void) {
  return createChangedStack(emulator, { stage, templateText }, platform, change);
}

/**
 * A stack that a partner asks twice about a refund, by a key of its own. The refund is due then and would settle, and its partner
 * would be told.
 */
async function lived(change: (draft: Draft) => void) {
  const made = await changed(change);
  try {
    const partner = await made.open();
    const order = newOrder();
    await script(simulator.url, order, [{ refundStatus: "PROCESSING" }, { refundStatus: "SUCCESS" }]);
    const ask = () => partner.ask(order, {}, { "Idempotency-Key": order });
    const asked = [await ask(), await ask()];
    await made.makeDue(order);
    await emulator.account.scheduler.passMinute();
    await emulator.account.eventSources.handOn();
    const feed = await signedPost<{ events?: object[] }>(made.url(), partner.pair, changesPath, {});
    return {
      feed: [feed.status, feed.body.events?.length],
      statuses: asked.map(({ status }) => status),
      state: await made.stateOf(order),
      refusals: [...new Set(made.refusals())].join("\n"),
      deadLetters: made.deadLetters(),
      logLines: made.functions().flatMap(({ logLines }) => logLines),
    };
  } finally {
    await made.stack.remove();
  }
}

const refused = (role: string, action: string) =>
  new RegExp(
    `User: arn:aws:sts::\\d+:assumed-role/\\S+-${role}\\S+ is not authorized to perform: ${action} on resource: \\S+`,
  );

test("as it is, the stack has every right that it needs", async () => {
  const { statuses, state, feed, refusals, deadLetters, logLines } = await lived(() => undefined);
  expect([statuses, state, feed, refusals, deadLetters]).toEqual([[200, 200], "succeeded", [200, 1], "", []]);
  expect(logLines.length).toBeGreaterThan(0);
});

describe("a right that refund-query has not", () => {
  test.each(["dynamodb:PutItem", "dynamodb:GetItem", "secretsmanager:GetSecretValue"])(
    "%s is refused, and the partner does not get all answers",
    async (action) => {
      const { statuses, refusals } = await lived(without("RefundQuery", action));
      expect(refusals).toMatch(refused("RefundQueryRole", action));
      expect(statuses).not.toEqual([200, 200]);
    },
  );
});

describe("a right that refund-recheck has not", () => {
  test.each([
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:GetItem",
    "secretsmanager:GetSecretValue",
  ])("%s is refused, and the schedule does not settle the refund", async (action) => {
    const { state, refusals } = await lived(without("RefundRecheck", action));
    expect(refusals).toMatch(refused("RefundRecheckRole", action));
    expect(state).toBe("pending");
  });
});

describe("a right that refund-tell has not", () => {
  test.each(["dynamodb:PutItem", "dynamodb:Query", "dynamodb:BatchGetItem"])(
    "%s is refused, and the refund is settled and not told",
    async (action) => {
      const { state, feed, refusals } = await lived(without("RefundTell", action));
      expect(refusals).toMatch(refused("RefundTellRole", action));
      expect([state, feed]).toEqual(["succeeded", [200, 0]]);
    },
  );
});

describe("a right that refund-feed has not", () => {
  test.each(["dynamodb:Query", "dynamodb:BatchGetItem", "secretsmanager:GetSecretValue"])(
    "%s is refused, and the partner cannot read its feed",
    async (action) => {
      const { feed, refusals } = await lived(without("RefundFeed", action));
      expect(refusals).toMatch(refused("RefundFeedRole", action));
      expect(feed).toEqual([503, undefined]);
    },
  );
});

test("a stream that the function's role may not read cannot be its source, and the stack is rolled back", async () => {
  const { stack } = await changed(without("RefundTell", "dynamodb:GetRecords"));
  expect(stack.status).toBe("ROLLBACK_COMPLETE");
  const reasons = stack.events.map(({ ResourceStatusReason }) => ResourceStatusReason);
  expect(reasons).toContainEqual(expect.stringMatching(/^Cannot access stream .* GetRecords/));
});

test("items of other partition keys than a right is for are refused, in a transaction too", async () => {
  const { statuses, refusals } = await lived((draft) => {
    for (const { Condition } of statementsOf(draft, "RefundQuery")) {
      const keys = Condition?.["ForAllValues:StringLike"];
      if (keys) keys["dynamodb:LeadingKeys"] = keys["dynamodb:LeadingKeys"].filter((form) => form !== "KEY#*");
    }
  });
  expect(refusals).toMatch(refused("RefundQueryRole", "dynamodb:PutItem"));
  expect(statuses).toEqual([503, 503]);
});

test("a right for the table is none for its index", async () => {
  const { state, refusals, deadLetters } = await lived((draft) => {
    const table = resourceIdOf(draft, "AWS::DynamoDB::Table");
    const [onIndex] = statementsOf(draft, "RefundRecheck").filter(({ Action }) => Action === "dynamodb:Query");
    if (onIndex) onIndex.Resource = { "Fn::GetAtt": [table, "Arn"] };
  });
  expect(refusals).toMatch(refused("RefundRecheckRole", "dynamodb:Query"));
  // Each of the two sweeps failed, was repeated, and failed.
  expect([state, deadLetters.length]).toEqual(["pending", 2]);
});

test("a failed sweep is left in the queue only where the function's role may", async () => {
  const { refusals, deadLetters } = await lived((draft) => {
    without("RefundRecheck", "dynamodb:Query")(draft);
    without("RefundRecheck", "sqs:SendMessage")(draft);
  });
  expect(refusals).toMatch(refused("RefundRecheckRole", "sqs:SendMessage"));
  expect(deadLetters).toEqual([]);
});

test("a schedule whose role may not invoke the function leaves its events in the queue", async () => {
  const { state, refusals, deadLetters } = await lived(without("Schedule", "lambda:InvokeFunction"));
  expect(refusals).toMatch(refused("ScheduleRole", "lambda:InvokeFunction"));
  expect(state).toBe("pending");
  expect(deadLetters).toHaveLength(2);
  expect(deadLetters).toContainEqual({ shards: ["0", "1", "2", "3", "4", "5", "6", "7"] });
});

test("nothing is logged by a function whose role may not", async () => {
  const { statuses, logLines } = await lived((draft) => {
    for (const role of ["RefundQuery", "RefundRecheck", "RefundTell", "RefundFeed"])
      without(role, "logs:PutLogEvents")(draft);
  });
  expect([statuses, logLines]).toEqual([[200, 200], []]);
});

test.each([
  [
    "no permission",
    (permission: Draft["Resources"][string]) => (permission.Properties.Principal = "sns.amazonaws.com"),
  ],
  [
    "the permission of another path",
    (permission: Draft["Resources"][string]) =>
      (permission.Properties.SourceArn = "arn:aws:execute-api:us-east-1:000000000000:*/*/*/other"),
  ],
])("the API answers 500 and calls nobody where it has %s to invoke the function", async (_, change) => {
  const { stack, open, functions } = await changed((draft) =>
    resourcesOfType(draft, "AWS::Lambda::Permission").forEach(change),
  );
  const partner = await open();
  const { status, body } = await partner.ask(newOrder());
  expect([status, body]).toEqual([500, { message: "Internal Server Error" }]);
  expect(functions().flatMap(({ pids }) => pids)).toEqual([]);
  await stack.remove();
});

test.each([
  ["RefundQueryRole", "The role defined for the function cannot be assumed by Lambda."],
  ["ScheduleRole", "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."],
])("%s must trust the service that works in it, or the stack is rolled back", async (role, reason) => {
  const { stack } = await changed(({ Resources }) => {
    const [, found] =
      Object.entries(Resources).find(([id, { Type }]) => Type === "AWS::IAM::Role" && id.startsWith(role)) ?? [];
    const trust = found?.Properties.AssumeRolePolicyDocument as { Statement: { Principal: { Service: string } }[] };
    for (const { Principal } of trust.Statement) Principal.Service = "ec2.amazonaws.com";
  });
  expect(stack.status).toBe("ROLLBACK_COMPLETE");
  expect(stack.events.map(({ ResourceStatusReason }) => ResourceStatusReason)).toContain(reason);
});
