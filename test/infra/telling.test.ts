import { describe, expect, test } from "vitest";
import { functionNames } from "../../functions/function-envs.ts";
import { readStack, resourcesOf } from "../../sandbox/stack/local-stack.ts";
import { maxShards } from "../../shared/names.ts";
import { rightsOf, roleOf } from "../support/iam.ts";
import { covers } from "../support/policies.ts";
import { synthesize } from "../support/synthesis.ts";

const template = synthesize();
const all = (type: string, of = template) => resourcesOf(of, type).map(([, properties]) => properties);
const patternsOf = ({ FilterCriteria }: Record<string, unknown>) =>
  (FilterCriteria as { Filters: { Pattern: string }[] }).Filters.map(({ Pattern }) => JSON.parse(Pattern));

describe("what becomes due to be told", () => {
  const [untold = {}, secondTries = {}, ...others] = all("AWS::Lambda::EventSourceMapping");

  test("is handed on by the table's own stream, which has what each item has become", () => {
    const [table] = all("AWS::DynamoDB::Table");
    expect(table).toMatchObject({ StreamSpecification: { StreamViewType: "NEW_IMAGE" } });
    for (const { EventSourceArn } of [untold, secondTries]) expect(EventSourceArn).toMatch(/RefundsTable\.StreamArn$/);
    expect(others).toEqual([]);
  });

  test("is told at once, by lanes of which one endpoint that hangs stops one", () => {
    expect(untold).toMatchObject({ MaximumBatchingWindowInSeconds: 0, ParallelizationFactor: 10, BatchSize: 100 });
    expect(patternsOf(untold)).toEqual([{ dynamodb: { NewImage: { dueShard: { S: [{ prefix: "t" }] } } } }]);
  });

  test("is tried a second time when the first try of its webhook has failed", () => {
    expect(secondTries).toMatchObject({ MaximumBatchingWindowInSeconds: 5 });
    const image = { dueShard: { S: [{ prefix: "d" }] }, attempts: { N: ["1"] } };
    expect(patternsOf(secondTries)).toEqual([{ dynamodb: { NewImage: image } }]);
  });

  test("goes to the queue where that keeps failing, and holds up nothing behind it for longer than a minute", () => {
    for (const mapping of [untold, secondTries]) {
      expect(mapping).toMatchObject({
        MaximumRetryAttempts: 1,
        MaximumRecordAgeInSeconds: 60,
        DestinationConfig: { OnFailure: { Destination: expect.stringMatching(/DeadLettersQueue$/) } },
      });
    }
  });

  test.each([1, 16])("is swept every minute in all shards, in %i groups of rechecks", (groups) => {
    const { schedules } = readStack(synthesize({ groups }));
    const input = { shards: Array.from({ length: maxShards }, (_, shard) => String(shard)) };
    expect(schedules.filter(({ target }) => target === "refund-tell")).toEqual([
      { target: "refund-tell", everyMs: 60_000, input },
    ]);
  });
});

describe("another table", () => {
  const tableStreamArn = "arn:aws:dynamodb:us-east-1:000000000000:table/Restored/stream/2026-11-01T00:00:00.000";

  test("whose stream is not known is told of by the schedule alone", () => {
    const restored = synthesize({ tableName: "Restored" });
    expect(all("AWS::Lambda::EventSourceMapping", restored)).toEqual([]);
    const actions = rightsOf(restored, roleOf(restored, "refund-tell")).map(({ action }) => action);
    expect(actions).not.toContain("dynamodb:GetRecords");
    expect(readStack(restored).schedules.map(({ target }) => target)).toContain("refund-tell");
  });

  test("is read by its own stream where the settings name it", () => {
    const mappings = all("AWS::Lambda::EventSourceMapping", synthesize({ tableName: "Restored", tableStreamArn }));
    expect(mappings.map(({ EventSourceArn }) => EventSourceArn)).toEqual([tableStreamArn, tableStreamArn]);
  });
});

describe("the platform's secret", () => {
  const mayRead = (name: (typeof functionNames)[number], secret: string) =>
    rightsOf(template, roleOf(template, name)).some((right) => covers(right, { ...read, resource: arnOf(secret) }));
  const read = { action: "secretsmanager:GetSecretValue" };
  const arnOf = (secret: string) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${secret}-AbCdEf`;

  test("is within reach of those alone that ask ChinaUMS", () => {
    const readers = functionNames.filter((name) => mayRead(name, "refund-status/prod/platform"));
    expect(readers).toEqual(["refund-query", "refund-recheck"]);
  });

  test("is no variable of those that tell, and nothing they have says what could be asked of ChinaUMS", () => {
    const { functions } = readStack(template);
    for (const name of ["refund-tell", "refund-feed"] as const) {
      const { environment } = functions[name];
      expect(JSON.stringify(environment)).not.toMatch(/platform|chinaums/i);
    }
  });

  test("and the secrets of webhooks are within reach of the telling function alone", () => {
    const readers = functionNames.filter((name) => mayRead(name, "refund-status/prod/webhooks/acme"));
    expect(readers).toEqual(["refund-tell"]);
  });
});

test("a deployed webhook never leads to the function's own machine", () => {
  expect(readStack(template).functions["refund-tell"].environment).toMatchObject({ WEBHOOK_LOOPBACK: "" });
});

test("whoever tells may delete nothing but what is remembered of an endpoint", () => {
  for (const name of functionNames) {
    const deletes = rightsOf(template, roleOf(template, name)).filter(({ action }) => action === "dynamodb:DeleteItem");
    expect(deletes.map(({ keys }) => keys)).toEqual(name === "refund-tell" ? [["ENDPOINT#*"]] : []);
  }
});
