import { isDeepStrictEqual } from "node:util";
import type {
  BatchGetItemCommandInput,
  BatchWriteItemCommandInput,
  CancellationReason,
  DeleteItemCommandInput,
  GetItemCommandInput,
  PutItemCommandInput,
  QueryCommandInput,
  TransactWriteItemsCommandInput,
  UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { type Item, takeIn } from "./attribute-values.ts";
import { bind, holds } from "./evaluate.ts";
import { cancelled, conditionFailed, invalid, noTable, tokenReused } from "./exceptions.ts";
import { parseCondition } from "./expression-parser.ts";
import { createGlobalIndex, type IndexDefinition } from "./global-index.ts";
import { readKeyCondition } from "./key-condition.ts";
import {
  checkCount,
  checkDistinct,
  type Effect,
  handedOut,
  projectionOf,
  reasonOf,
  returned,
  shaped,
  tablesOf,
  wholeOnly,
} from "./requests.ts";
import { createSortedItems } from "./sorted-items.ts";
import { keyNames, takeKey, type Write, writeOf } from "./write.ts";

export type SimulatedTableNeeds = {
  readonly name: string;
  readonly indexes: readonly IndexDefinition[];
  /** The keys of indexes that are numbers; all others are texts. */
  readonly numericKeys: readonly string[];
  readonly now: () => number;
  /** How long an index takes to show a write; asked for every write and index. */
  readonly indexLagMs: () => number;
};

export type SimulatedTable = {
  /** Carries out an operation of DynamoDB's API at once, `PutItem` or another. @throws as the SDK's client would */
  execute(operation: string, input: object): object;
  /** The very item that is stored under a key, which nobody may change. */
  peek(key: Item): Item | undefined;
  /** All that is stored. */
  items(): Item[];
  /** All that an index shows at this instant. */
  indexItems(name: string): Item[];
};

const limits = { getItems: 100, writeItems: 25, transactItems: 100 };
/** A token of a transaction is remembered for so long. */
const tokenMs = 600_000;

/** DynamoDB's documented behaviour for one table with the keys `pk` and `sk`, in memory and without faults. */
export function createSimulatedTable(needs: SimulatedTableNeeds): SimulatedTable {
  const { name, numericKeys, now, indexLagMs } = needs;
  const items = createSortedItems({ hash: "pk", order: ["sk"] });
  const indexes = needs.indexes.map((definition) =>
    createGlobalIndex({ definition, keyNames, now, lagMs: indexLagMs }),
  );
  const indexKeys = needs.indexes.flatMap(({ hash, range }) => [hash, range]);
  const tokens = new Map<string, { readonly request: object; readonly until: number }>();

  const typeOf = (key: string) => (numericKeys.includes(key) ? "N" : "S");

  function effectOf(write: Write): Effect {
    const before = items.get(write.key);
    if (!write.allows(before)) throw conditionFailed(write.tellsItem ? handedOut(before) : undefined);
    const after = write.after(before);
    for (const key of indexKeys) {
      if (after?.[key] !== undefined && !after[key][typeOf(key)]) throw invalid(`${key} is no key for an index`);
    }
    return { before, after };
  }

  function store({ before, after }: Effect): void {
    if (after === before) return;
    if (after !== undefined) items.put(after);
    else if (before !== undefined) items.remove(before);
    for (const index of indexes) index.follow(before, after);
  }

  function writeOne(write: Write, returnValues: string | undefined) {
    const effect = effectOf(write);
    store(effect);
    return { Attributes: returned(effect, write, returnValues) };
  }

  function transactWrite({ TransactItems = [], ClientRequestToken: token = "" }: TransactWriteItemsCommandInput) {
    checkCount(TransactItems, limits.transactItems);
    forgetTokens();
    const known = tokens.get(token);
    if (known !== undefined) {
      if (!isDeepStrictEqual(known.request, TransactItems)) throw tokenReused();
      return {};
    }
    const writes = TransactItems.map(writeOf);
    checkDistinct(writes.map(({ key }) => key));
    const effects: Effect[] = [];
    const reasons = writes.map((write): CancellationReason => {
      try {
        effects.push(effectOf(write));
        return { Code: "None" };
      } catch (error) {
        return reasonOf(error);
      }
    });
    if (effects.length < writes.length) throw cancelled(reasons);
    effects.forEach(store);
    if (token !== "") tokens.set(token, { request: TransactItems, until: now() + tokenMs });
    return {};
  }

  function forgetTokens(): void {
    for (const [token, { until }] of tokens) {
      if (until > now()) return;
      tokens.delete(token);
    }
  }

  function sourceOf({ IndexName, ConsistentRead }: QueryCommandInput) {
    if (IndexName === undefined) return { hash: "pk", range: "sk", keys: keyNames, sorted: items };
    const index = indexes.find(({ definition }) => definition.name === IndexName);
    if (index === undefined) throw invalid(`the table does not have the index ${IndexName}`);
    if (ConsistentRead) throw invalid("consistent reads are not supported on global secondary indexes");
    const { hash, range } = index.definition;
    return { hash, range, keys: [hash, range, ...keyNames], sorted: index.shown() };
  }

  function query(input: QueryCommandInput) {
    const { hash, range, keys, sorted } = sourceOf(input);
    const { Limit: limit = Number.POSITIVE_INFINITY, ScanIndexForward: forward = true } = input;
    if (limit < 1) throw invalid("a limit is at least one");
    const condition = parseCondition(input.KeyConditionExpression ?? "");
    const filter = input.FilterExpression === undefined ? undefined : parseCondition(input.FilterExpression);
    const projection = projectionOf(input);
    const bindings = bind(input, [condition, filter, projection]);
    const { partition, side } = readKeyCondition(condition.root, { hash, range, rangeType: typeOf(range) }, bindings);
    const after = input.ExclusiveStartKey && takeIn(input.ExclusiveStartKey);
    if (after !== undefined) {
      const isWhole = keys.every((key) => after[key] !== undefined) && Object.keys(after).length === keys.length;
      if (!isWhole || side(after) !== 0 || partition !== (after[hash]?.S ?? after[hash]?.N)) {
        throw invalid("the provided starting key is invalid");
      }
    }
    const page = sorted.read({ partition, side, after, forward, limit });
    const found = filter === undefined ? page : page.filter((item) => holds(filter.root, item, bindings));
    const last = page.length === limit ? page.at(-1) : undefined;
    return {
      Items: found.map((item) => shaped(item, projection, bindings)),
      Count: found.length,
      ScannedCount: page.length,
      LastEvaluatedKey: last && Object.fromEntries(keys.map((key) => [key, last[key]])),
    };
  }

  function get(input: Pick<GetItemCommandInput, "Key" | "ProjectionExpression" | "ExpressionAttributeNames">) {
    const projection = projectionOf(input);
    const bindings = bind(input, [projection]);
    const item = items.get(takeKey(input.Key));
    return item && shaped(item, projection, bindings);
  }

  const operations = {
    GetItem: (input: GetItemCommandInput) => ({ Item: get(input) }),
    PutItem: (input: PutItemCommandInput) => writeOne(writeOf({ Put: input }), wholeOnly(input.ReturnValues)),
    UpdateItem: (input: UpdateItemCommandInput) =>
      writeOne(writeOf({ Update: { UpdateExpression: undefined, ...input } }), input.ReturnValues),
    DeleteItem: (input: DeleteItemCommandInput) => writeOne(writeOf({ Delete: input }), wholeOnly(input.ReturnValues)),
    Query: query,

    BatchGetItem({ RequestItems = {} }: BatchGetItemCommandInput) {
      const { Keys = [], ...how } = RequestItems[name] ?? {};
      checkCount(Keys, limits.getItems);
      checkDistinct(Keys.map(takeKey));
      const found = Keys.map((Key) => get({ Key, ...how })).filter((item) => item !== undefined);
      return { Responses: { [name]: found }, UnprocessedKeys: {} };
    },

    BatchWriteItem({ RequestItems = {} }: BatchWriteItemCommandInput) {
      const requests = RequestItems[name] ?? [];
      checkCount(requests, limits.writeItems);
      const TableName = name;
      const writes = requests.map(({ PutRequest, DeleteRequest }) =>
        writeOf({
          ...(PutRequest && { Put: { TableName, ...PutRequest } }),
          ...(DeleteRequest && { Delete: { TableName, ...DeleteRequest } }),
        }),
      );
      checkDistinct(writes.map(({ key }) => key));
      writes.map(effectOf).forEach(store);
      return { UnprocessedItems: {} };
    },

    TransactWriteItems: transactWrite,
  };

  return {
    execute(operation, input) {
      if (!(operation in operations)) throw new Error(`not modelled: ${operation}`);
      if (tablesOf(input).some((table) => table !== name)) throw noTable();
      const perform = operations[operation as keyof typeof operations] as (input: object) => object;
      return perform(input);
    },
    peek: items.get,
    items: () => items.all(),
    indexItems: (wanted) =>
      indexes
        .find(({ definition }) => definition.name === wanted)
        ?.shown()
        .all() ?? [],
  };
}
