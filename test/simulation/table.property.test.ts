import * as sdk from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { beforeAll, expect, inject, test } from "vitest";
import type { Item } from "./table/attribute-values.ts";
import type { IndexDefinition } from "./table/global-index.ts";
import { createSimulatedTable } from "./table/simulated-table.ts";
import { createTableClient } from "./table/table-client.ts";

// The simulated table against a real engine: the same commands, and the same answers, exceptions and contents.

const table = `simulation-${process.pid}`;
const indexes: readonly IndexDefinition[] = [
  { name: "due", hash: "dueShard", range: "dueAt", projection: "KEYS_ONLY" },
  { name: "all", hash: "t", range: "dueAt", projection: "ALL" },
  { name: "some", hash: "t", range: "n", projection: ["m", "ss"] },
];
const numericKeys = ["dueAt", "n"];
const real = new sdk.DynamoDBClient({
  endpoint: inject("dynamoDbEndpoint"),
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});

beforeAll(async () => {
  const attributes = [...new Set(["pk", "sk", ...indexes.flatMap(({ hash, range }) => [hash, range])])];
  const keySchema = (hash: string, range: string): sdk.KeySchemaElement[] => [
    { AttributeName: hash, KeyType: "HASH" },
    { AttributeName: range, KeyType: "RANGE" },
  ];
  await real.send(
    new sdk.CreateTableCommand({
      TableName: table,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: attributes.map((AttributeName) => ({
        AttributeName,
        AttributeType: numericKeys.includes(AttributeName) ? "N" : "S",
      })),
      KeySchema: keySchema("pk", "sk"),
      GlobalSecondaryIndexes: indexes.map(({ name, hash, range, projection }) => ({
        IndexName: name,
        KeySchema: keySchema(hash, range),
        Projection:
          typeof projection === "string"
            ? { ProjectionType: projection }
            : { ProjectionType: "INCLUDE", NonKeyAttributes: [...projection] },
      })),
    }),
  );
});

type Step = { readonly operation: keyof typeof commands; readonly input: object };
const commands = {
  GetItem: sdk.GetItemCommand,
  PutItem: sdk.PutItemCommand,
  UpdateItem: sdk.UpdateItemCommand,
  DeleteItem: sdk.DeleteItemCommand,
  Query: sdk.QueryCommand,
  BatchGetItem: sdk.BatchGetItemCommand,
  BatchWriteItem: sdk.BatchWriteItemCommand,
  TransactWriteItems: sdk.TransactWriteItemsCommand,
};

/** What came of a command, in a form that does not depend on who gave it: sets and batches have no order. */
async function outcome(client: sdk.DynamoDBClient, { operation, input }: Step): Promise<unknown> {
  const Command = commands[operation] as unknown as new (input: object) => sdk.PutItemCommand;
  try {
    const { $metadata, ...output } = await client.send(new Command(input));
    // Of an item that an update has made, the engine says that it was there before, with its key alone.
    if (operation === "UpdateItem" && Object.keys(output.Attributes ?? {}).length === 2) delete output.Attributes;
    return unordered(output);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { name, Item, CancellationReasons } = error as Error & Partial<Refusal>;
    const reasons = CancellationReasons?.map(({ Code, Item }) => ({ Code, Item }));
    // The engine finds a request that can never be valid only with the items at hand; DynamoDB refuses it as a whole.
    if (reasons?.some(({ Code }) => Code === "ValidationError")) return { name: "ValidationException" };
    if (name === "ValidationException") return { name };
    return unordered({ name, isOfClass: error instanceof (classes[name] ?? Error), Item, reasons });
  }
}

type Refusal = { readonly Item: Item; readonly CancellationReasons: sdk.CancellationReason[] };

const classes: Record<string, new (options: never) => Error> = {
  ConditionalCheckFailedException: sdk.ConditionalCheckFailedException,
  TransactionCanceledException: sdk.TransactionCanceledException,
  IdempotentParameterMismatchException: sdk.IdempotentParameterMismatchException,
};

function unordered(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) {
    const members = value.map((member) => unordered(member));
    return name === "SS" || name === "NS" || name === table ? members.sort(byText) : members;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries.sort(byText).map(([key, member]) => [key, unordered(member, key)]));
}

const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

// Few keys, names and values, so that commands meet each other.

const text = (S: string) => ({ S });
const number = (n: number) => ({ N: String(n) });
const partitions = ["p", "q"];
const shards = ["0", "1"];
const tags = fc.uniqueArray(fc.constantFrom("x", "y", "z"), { minLength: 1 }).map((SS) => ({ SS }));
const counts = fc.uniqueArray(fc.nat(3), { minLength: 1 }).map((members) => ({ NS: members.map(String) }));
/** Few, so that bounds are met, and of an order that is not that of their texts. */
const anyNumber = fc.constantFrom(-2, -1, 0, 2, 3, 10).map(number);
const twoNumbers = fc
  .tuple(anyNumber, anyNumber)
  .map((two) => two.toSorted((a, b) => Number(a.N) - Number(b.N)) as typeof two);
const looseNumber = fc.constantFrom("1.0", "007", "1e1", "2.50", "-0").map((N) => ({ N }));
const anyText = fc.constantFrom("", "a", "ab", "b", "x", "é").map(text);
const key = fc.record({
  pk: fc.constantFrom(...partitions).map(text),
  sk: fc.constantFrom("a", "ab", "b", "c").map(text),
});
const attributeKinds = {
  n: fc.oneof(anyNumber, looseNumber),
  t: fc.constantFrom("a", "ab", "b").map(text),
  o: fc.oneof(
    anyNumber,
    anyText,
    tags,
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true as const }),
  ),
  ss: tags,
  ns: counts,
  l: fc.array(fc.oneof(anyNumber, anyText), { maxLength: 2 }).map((L) => ({ L })),
  m: fc.record({ x: anyNumber, y: anyText }, { requiredKeys: [] }).map((M) => ({ M: M as Item })),
  dueShard: fc.constantFrom(...shards).map(text),
  dueAt: anyNumber,
};
const attributes = fc.record(attributeKinds, { requiredKeys: [] });
/** In all of the indexes. */
const indexed = fc.record(attributeKinds, { requiredKeys: ["n", "t", "dueShard", "dueAt"] });
const item = fc.tuple(key, attributes).map((parts): Item => Object.assign({}, ...parts));
/** What a table has to refuse. */
const faulty = fc.constantFrom<Item>(
  { o: { SS: [] } },
  { dueAt: text("soon") },
  { o: { SS: ["a", "a"] } },
  { t: text("") },
);

/** A text of an expression with the values that it mentions; several go into one request under names of their own. */
type Part = { readonly text: string; readonly values: Item };
const part = (text: string, values: Item = {}): Part => ({ text, values });
const name = fc.constantFrom("n", "#n", "t", "o", "ss", "ns", "l", "m", "m.x", "m.y", "dueAt", "pk", "zz");
const numberName = fc.constantFrom("n", "#n", "dueAt", "m.x", "o");
const operandValue = fc.oneof(anyNumber, anyText, tags);
const plainCondition: fc.Arbitrary<Part> = fc.oneof(
  fc
    .tuple(name, fc.constantFrom("<", "<=", ">", ">="), fc.oneof(anyNumber, anyText))
    .map(([n, comparator, v]) => part(`${n} ${comparator} :a`, { ":a": v })),
  fc
    .tuple(name, fc.constantFrom("=", "<>"), operandValue)
    .map(([n, comparator, v]) => part(`${n} ${comparator} :a`, { ":a": v })),
  fc.tuple(name, fc.constantFrom("=", "<>", "<"), name).map(([a, comparator, b]) => part(`${a} ${comparator} ${b}`)),
  fc.tuple(numberName, twoNumbers).map(([n, [a, b]]) => part(`${n} BETWEEN :a AND :b`, { ":a": a, ":b": b })),
  fc.tuple(numberName, anyNumber).map(([n, v]) => part(`${n} <= :a`, { ":a": v })),
  fc.tuple(fc.constantFrom("=", "<>"), tags).map(([comparator, v]) => part(`ss ${comparator} :a`, { ":a": v })),
  fc.tuple(name, operandValue, operandValue).map(([n, a, b]) => part(`${n} IN (:a, :b)`, { ":a": a, ":b": b })),
  name.map((n) => part(`attribute_exists(${n})`)),
  name.map((n) => part(`attribute_not_exists(${n})`)),
  fc.tuple(name, anyText).map(([n, v]) => part(`begins_with(${n}, :a)`, { ":a": v })),
  fc.tuple(name, fc.oneof(anyNumber, anyText)).map(([n, v]) => part(`contains(${n}, :a)`, { ":a": v })),
  fc
    .tuple(name, fc.constantFrom("=", "<>", ">="), fc.nat(3))
    .map(([n, comparator, v]) => part(`size(${n}) ${comparator} :a`, { ":a": number(v) })),
);
const renamed = ({ text, values }: Part, suffix: string): Part =>
  part(
    text.replace(/:\w+/g, `$&${suffix}`),
    Object.fromEntries(Object.entries(values).map(([word, value]) => [word + suffix, value])),
  );
const joined = (a: Part, b: Part, how: (a: string, b: string) => string): Part => {
  const [left, right] = [renamed(a, "l"), renamed(b, "r")];
  return part(how(left.text, right.text), { ...left.values, ...right.values });
};
const condition: fc.Arbitrary<Part> = fc.oneof(
  plainCondition,
  fc.constant(part("attribute_not_exists(pk)")),
  plainCondition.map(({ text, values }) => part(`NOT ${text}`, values)),
  fc.tuple(plainCondition, plainCondition).map(([a, b]) => joined(a, b, (a, b) => `${a} AND ${b}`)),
  fc.tuple(plainCondition, plainCondition).map(([a, b]) => joined(a, b, (a, b) => `NOT ${a} OR ${b}`)),
  fc.tuple(plainCondition, plainCondition).map(([a, b]) => joined(a, b, (a, b) => `NOT (${a} or ${b}) and n = n`)),
  // As whoever registers a refund writes.
  fc.tuple(fc.constantFrom("a", "ab", "x"), tags).map(
    ([
      a,
      {
        SS: [b = ""],
      },
    ]) => {
      const isNews = "NOT contains(ss, :b) OR NOT (contains(ss, :a) OR t = :a)";
      return part(`attribute_not_exists(pk) OR (t IN (:a, :b) AND (${isNews}))`, { ":a": text(a), ":b": text(b) });
    },
  ),
);

const action = fc.oneof(
  fc.tuple(fc.constantFrom("o", "#n", "m.x", "m.y"), anyNumber).map(([n, v]) => part(`SET ${n} = :s`, { ":s": v })),
  fc.tuple(fc.constantFrom("o", "n"), anyNumber).map(([n, v]) => part(`SET ${n} = ${n} + :s`, { ":s": v })),
  anyNumber.map((v) => part("SET n = if_not_exists(#n, :s) - :s, o = n", { ":s": v })),
  fc.constant(part("SET l = list_append(if_not_exists(l, :s), :s)", { ":s": { L: [text("e")] } })),
  fc
    .tuple(fc.constantFrom(...shards), anyNumber)
    .map(([shard, at]) => part("SET dueShard = :s, dueAt = :t REMOVE zz", { ":s": text(shard), ":t": at })),
  fc.tuple(anyNumber, fc.constantFrom("a", "b"), tags).map(([n, t, ss]) =>
    part("SET n = if_not_exists(n, :s) + :s, t = if_not_exists(t, :t) ADD ss :u", {
      ":s": n,
      ":t": text(t),
      ":u": ss,
    }),
  ),
  fc.constantFrom(part("REMOVE dueShard, dueAt"), part("REMOVE o"), part("REMOVE t SET zz = l"), part("SET o = zz")),
  fc.tuple(fc.constantFrom("n", "o"), anyNumber).map(([n, v]) => part(`ADD ${n} :s`, { ":s": v })),
  fc.tuple(fc.constantFrom("ADD", "DELETE"), tags).map(([verb, v]) => part(`${verb} ss :s`, { ":s": v })),
  fc.tuple(fc.constantFrom("ADD", "DELETE"), counts).map(([verb, v]) => part(`${verb} ns :s`, { ":s": v })),
);
/** What has to be refused; the engine does not refuse it in a transaction, or below a condition that does not hold. */
const unsoundAction = fc
  .constantFrom("SET sk = :s", "SET o = :s, o = :s", "SET m = :s, m.x = :s")
  .map((words) => part(words, { ":s": text("a") }));

/** What goes into a request for its expressions, the condition and another one. */
function expressed(expressions: Readonly<Record<string, Part | undefined>>): object {
  const parts = Object.entries(expressions).flatMap(([name, part]) =>
    part === undefined ? [] : [[name, part] as const],
  );
  const values: Item = Object.assign({}, ...parts.map(([, { values }]) => values));
  const texts = Object.fromEntries(parts.map(([name, { text }]) => [name, text]));
  return {
    ...texts,
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
    ...(/#n/.test(Object.values(texts).join()) && { ExpressionAttributeNames: { "#n": "n" } }),
  };
}

const orNot = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const target = { TableName: table };
const tellsOld = fc.constantFrom({}, { ReturnValuesOnConditionCheckFailure: "ALL_OLD" });
const soundPut = fc
  .tuple(item, orNot(condition), tellsOld)
  .map(([Item, ConditionExpression, tells]) => ({ ...target, Item, ...expressed({ ConditionExpression }), ...tells }));
const put = fc.oneof(
  { weight: 19, arbitrary: soundPut },
  { weight: 1, arbitrary: fc.tuple(key, faulty).map(([key, fault]) => ({ ...target, Item: { ...key, ...fault } })) },
);
const deletion = fc
  .tuple(key, orNot(condition), tellsOld)
  .map(([Key, ConditionExpression, tells]) => ({ ...target, Key, ...expressed({ ConditionExpression }), ...tells }));
const check = fc
  .tuple(key, condition, tellsOld)
  .map(([Key, ConditionExpression, tells]) => ({ ...target, Key, ...expressed({ ConditionExpression }), ...tells }));
const update = fc
  .tuple(key, action, orNot(condition), tellsOld)
  .map(([Key, UpdateExpression, ConditionExpression, tells]) => ({
    ...target,
    Key,
    ...expressed({ UpdateExpression, ConditionExpression }),
    ...tells,
  }));
const unsoundUpdate = fc
  .tuple(key, unsoundAction)
  .map(([Key, UpdateExpression]) => ({ ...target, Key, ...expressed({ UpdateExpression }) }));

const projection = fc.constantFrom(undefined, part("pk, #n, m.x"), part("o"));
const direction = fc.record(
  { ScanIndexForward: fc.boolean(), Limit: fc.integer({ min: 1, max: 4 }) },
  { requiredKeys: [] },
);
const keyRange = fc.oneof(
  fc.constant(part("")),
  fc
    .tuple(fc.constantFrom("=", "<", "<=", "<=", ">", ">="), anyNumber)
    .map(([comparator, v]) => part(` AND RANGE ${comparator} :k`, { ":k": v })),
  twoNumbers.map(([a, b]) => part(" AND RANGE BETWEEN :k AND :e", { ":k": a, ":e": b })),
);
const onIndex = fc
  .tuple(fc.constantFrom(...indexes), keyRange, fc.boolean(), direction)
  .map(([{ name, hash, range }, { text: words, values }, first, how]) => {
    const value = text((hash === "t" ? ["a", "ab"] : shards)[first ? 0 : 1] ?? "");
    const condition = part(`${hash} = :h${words.replace("RANGE", range)}`, { ...values, ":h": value });
    return { ...target, IndexName: name, ...expressed({ KeyConditionExpression: condition }), ...how };
  });
const onTable = fc
  .tuple(
    fc.constantFrom(...partitions),
    fc.constantFrom("", "begins_with(sk, :k)", "sk = :k", "sk >= :k", "sk < :k", "sk BETWEEN :k AND :z"),
    fc.constantFrom("a", "ab", "b"),
    orNot(plainCondition.filter(({ text }) => !/\bpk\b/.test(text))),
    projection,
    direction,
    fc.boolean(),
  )
  .map(([pk, range, low, FilterExpression, ProjectionExpression, how, ConsistentRead]) => ({
    ...target,
    ConsistentRead,
    ...expressed({
      KeyConditionExpression: {
        text: range === "" ? "pk = :p" : `pk = :p AND ${range}`,
        values: {
          ":p": text(pk),
          ...(range !== "" && { ":k": text(low) }),
          ...(range.includes(":z") && { ":z": text("b") }),
        },
      },
      FilterExpression,
      ProjectionExpression,
    }),
    ...how,
  }));

const merged = <T extends readonly object[]>(...parts: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.tuple(...(parts as fc.Arbitrary<object>[])).map((all): object => Object.assign({}, ...all));
const returning = (...wanted: sdk.ReturnValue[]) =>
  fc.constantFrom(...wanted).map((ReturnValues) => ({ ReturnValues }));
const requests = <T>(member: fc.Arbitrary<T>) => fc.array(member, { minLength: 1, maxLength: 4 });
const ofTable = (request: fc.Arbitrary<object>) =>
  request.map((requested) => ({ RequestItems: { [table]: requested } }));
const batchWritten = fc.oneof(
  item.map((Item) => ({ PutRequest: { Item } })),
  key.map((Key) => ({ DeleteRequest: { Key } })),
);
const transacted = fc.oneof(
  put.map((Put) => ({ Put })),
  update.map((Update) => ({ Update })),
  deletion.map((Delete) => ({ Delete })),
  check.map((ConditionCheck) => ({ ConditionCheck })),
);

const stepOf = (weight: number, operation: Step["operation"], input: fc.Arbitrary<object>) => ({
  weight,
  arbitrary: input.map((input): Step => ({ operation, input })),
});
const step = fc.oneof(
  stepOf(6, "PutItem", merged(put, returning("NONE", "ALL_OLD"))),
  stepOf(8, "UpdateItem", merged(update, returning("NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"))),
  stepOf(1, "UpdateItem", unsoundUpdate),
  stepOf(2, "DeleteItem", merged(deletion, returning("NONE", "ALL_OLD"))),
  stepOf(
    1,
    "GetItem",
    fc
      .tuple(key, projection)
      .map(([Key, shape]) => ({ ...target, Key, ...expressed({ ProjectionExpression: shape }) })),
  ),
  stepOf(6, "Query", onIndex),
  stepOf(3, "Query", onTable),
  stepOf(1, "BatchGetItem", ofTable(requests(key).map((Keys) => ({ Keys })))),
  stepOf(2, "BatchWriteItem", ofTable(requests(batchWritten))),
  stepOf(
    6,
    "TransactWriteItems",
    fc.record({ TransactItems: requests(transacted), ClientRequestToken: fc.nat(9).map((n) => `token-${n}`) }),
  ),
);

let runs = 0;
const everyKey = partitions.flatMap((pk) => ["a", "ab", "b", "c"].map((sk) => ({ pk: text(pk), sk: text(sk) })));
/** What a run begins with, whatever an earlier one has left. */
const beginning = fc
  .tuple(...everyKey.map(() => orNot(indexed)))
  .map((all) =>
    all.map((found, i) =>
      found === undefined
        ? { DeleteRequest: { Key: everyKey[i] } }
        : { PutRequest: { Item: { ...everyKey[i], ...found } } },
    ),
  )
  .map((requests): Step => ({ operation: "BatchWriteItem", input: { RequestItems: { [table]: requests } } }));

/** Tokens outlive a run in the engine, so each run has its own. */
function ofRun({ operation, input }: Step, run: number): Step {
  if (!("ClientRequestToken" in input)) return { operation, input };
  return { operation, input: { ...input, ClientRequestToken: `${run}-${input.ClientRequestToken}` } };
}

async function contents(IndexName?: string): Promise<unknown> {
  const scan = new sdk.ScanCommand({ TableName: table, ...(IndexName !== undefined && { IndexName }) });
  const { Items = [] } = await real.send(scan);
  return unordered(Items.sort(byKey));
}
const byKey = (a: Item, b: Item) => byText([a.pk, a.sk], [b.pk, b.sk]);

test("answers, exceptions, pages and contents are those of a real engine", async () => {
  const commands = fc.array(step, { minLength: 1, maxLength: 40, size: "max" });
  const sameAsReal = fc.asyncProperty(beginning, commands, async (first, steps) => {
    const run = ++runs;
    const simulated = createSimulatedTable({ name: table, indexes, numericKeys, now: () => 0, indexLagMs: () => 0 });
    const client = createTableClient(simulated.execute);
    for (const planned of [first, ...steps]) {
      for (let step: Step | undefined = ofRun(planned, run); step !== undefined; ) {
        const answer = await outcome(client, step);
        expect({ step, answer }).toEqual({ step, answer: await outcome(real, step) });
        const { LastEvaluatedKey } = answer as { LastEvaluatedKey?: Item };
        step = LastEvaluatedKey && { ...step, input: { ...step.input, ExclusiveStartKey: LastEvaluatedKey } };
      }
    }
    expect(unordered(simulated.items().sort(byKey))).toEqual(await contents());
    for (const { name } of indexes) {
      expect(unordered(simulated.indexItems(name).sort(byKey))).toEqual(await contents(name));
    }
  });
  await fc.assert(sameAsReal, { numRuns: 60, interruptAfterTimeLimit: 6_000 });
});

const many = (count: number) => Array.from({ length: count }, (_, i) => ({ pk: text(`p${i}`), sk: text("a") }));
const one = { pk: text("p"), sk: text("a") };
const due = { ...target, IndexName: "due", KeyConditionExpression: "dueShard = :h" };
const values = { ExpressionAttributeValues: { ":h": text("0") } };
const reversed = {
  KeyConditionExpression: "dueShard = :h AND dueAt BETWEEN :k AND :e",
  ExpressionAttributeValues: { ":h": text("0"), ":k": number(2), ":e": number(1) },
};
const puts = (count: number) => many(count).map((Item) => ({ PutRequest: { Item } }));
const transactedPuts = (count: number) => many(count).map((Item) => ({ Put: { ...target, Item } }));
const batch = (requested: unknown) => ({ RequestItems: { [table]: requested } });

test.each<[string, Step["operation"], object]>([
  ["a put without a whole key", "PutItem", { ...target, Item: { pk: text("p") } }],
  ["a put with an empty key", "PutItem", { ...target, Item: { ...one, sk: text("") } }],
  ["a put with a key of another type", "PutItem", { ...target, Item: { ...one, sk: number(1) } }],
  ["a put of a number that is none", "PutItem", { ...target, Item: { ...one, n: { N: "one" } } }],
  ["a put that wants what only updates give", "PutItem", { ...target, Item: one, ReturnValues: "ALL_NEW" }],
  ["a value that is not bound", "PutItem", { ...target, Item: one, ConditionExpression: "n = :v" }],
  ["a name that is not bound", "PutItem", { ...target, Item: one, ConditionExpression: "#n = n" }],
  ["a value that is not used", "PutItem", { ...target, Item: one, ...values }],
  ["half a condition", "PutItem", { ...target, Item: one, ConditionExpression: "n = n AND" }],
  ["a function that there is not", "PutItem", { ...target, Item: one, ConditionExpression: "unknown(n)" }],
  ["another table", "PutItem", { TableName: "another-table", Item: one }],
  ["a key with more than keys", "GetItem", { ...target, Key: { ...one, n: number(1) } }],
  [
    "an update within a map that is not there",
    "UpdateItem",
    { ...target, Key: one, UpdateExpression: "SET zz.x = pk" },
  ],
  ["a batch of too many keys", "BatchGetItem", batch({ Keys: many(101) })],
  ["a batch with a key twice", "BatchGetItem", batch({ Keys: [one, one] })],
  ["a batch of too many writes", "BatchWriteItem", batch(puts(26))],
  ["a transaction of nothing", "TransactWriteItems", { TransactItems: [] }],
  ["a transaction of too much", "TransactWriteItems", { TransactItems: transactedPuts(101) }],
  ["a consistent read of an index", "Query", { ...due, ...values, ConsistentRead: true }],
  ["a limit of none", "Query", { ...due, ...values, Limit: 0 }],
  ["an index that there is not", "Query", { ...due, ...values, IndexName: "none" }],
  ["a start that is no key of the index", "Query", { ...due, ...values, ExclusiveStartKey: one }],
  ["a range that is the wrong way round", "Query", { ...due, ...reversed }],
])("%s is refused", async (_, operation, input) => {
  const simulated = createSimulatedTable({ name: table, indexes, numericKeys, now: () => 0, indexLagMs: () => 0 });
  const answer = await outcome(createTableClient(simulated.execute), { operation, input });
  expect(answer).toHaveProperty("name");
  expect(answer).toEqual(await outcome(real, { operation, input }));
});

test("a token stands for its transaction for ten minutes", async () => {
  let now = 0;
  const simulated = createSimulatedTable({ name: table, indexes, numericKeys, now: () => now, indexLagMs: () => 0 });
  const adding = {
    ...target,
    Key: one,
    UpdateExpression: "ADD n :one",
    ExpressionAttributeValues: { ":one": number(1) },
  };
  const add = () =>
    simulated.execute("TransactWriteItems", { TransactItems: [{ Update: adding }], ClientRequestToken: "token" });
  add();
  now = 599_999;
  add();
  expect(simulated.items()).toMatchObject([{ n: { N: "1" } }]);
  now = 600_000;
  add();
  expect(simulated.items()).toMatchObject([{ n: { N: "2" } }]);
});
