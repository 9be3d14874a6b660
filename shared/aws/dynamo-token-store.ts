import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type { TokenRecord, TokenStore } from "../chinaums/auth/token-record.ts";
import { keyPrefixes } from "../names.ts";
import { readingOfWord, readingWord } from "../refund/reading-word.ts";
import { fromItem, type Item, toItem } from "./attributes.ts";
import { createConditionalPuts, ifAbsent } from "./conditional-puts.ts";

export type DynamoTokenStoreDeps = {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
};

/** A token that is not refreshed any more is a secret that nobody needs, so its item goes. */
const keptMs = 3_600_000;

/** Keeps the tokens in DynamoDB, one item for each AppId. A write goes through only over the version it was made from. */
export function createDynamoTokenStore(deps: DynamoTokenStoreDeps): TokenStore {
  const { client, table } = deps;
  const { put } = createConditionalPuts(deps);

  return {
    async read(appId) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: toItem(tokenKey(appId)), ConsistentRead: true }),
      );
      return Item && readTokenItem(Item);
    },

    async replace(appId, before, after) {
      const item = tokenItem(appId, after);
      const unchanged =
        before === undefined
          ? { condition: ifAbsent }
          : { condition: "version = :version", values: toItem({ ":version": before }) };
      const failure = await put({ item, ...unchanged });
      // When the answer to a write is lost, the SDK sends it again, and the second one meets the first.
      return failure === undefined || (failure.item !== undefined && isSameItem(failure.item, item));
    },
  };
}

function tokenKey(appId: string) {
  return { pk: keyPrefixes.token + appId, sk: "TOKEN" };
}

function tokenItem(appId: string, { version, lease, token, failure }: TokenRecord): Item {
  const lasts = Math.max(token?.expiresAt ?? 0, lease?.until ?? 0, failure?.at ?? 0) + keptMs;
  return toItem({
    ...tokenKey(appId),
    version,
    leaseOwner: lease?.owner,
    leaseUntil: lease?.until,
    token: token?.value,
    issuedAt: token?.issuedAt,
    expiresAt: token?.expiresAt,
    replaceableAt: token?.replaceableAt,
    failedAt: failure?.at,
    failedReading: failure && readingWord(failure.reading),
    failedCode: failure?.code,
    ttl: Math.ceil(lasts / 1000),
  });
}

const instant = z.number().check(z.nonnegative());
const tokenItemSchema = z.object({
  version: z.number(),
  leaseOwner: z.optional(z.string()),
  leaseUntil: z.optional(instant),
  token: z.optional(z.string()),
  issuedAt: z._default(instant, 0),
  expiresAt: z._default(instant, 0),
  replaceableAt: z._default(instant, 0),
  failedAt: z._default(instant, 0),
  failedReading: z.optional(z.string()),
  failedCode: z._default(z.string(), ""),
});

/** @throws {z.core.$ZodError} when the item is not a token record as this version of the project writes them */
function readTokenItem(item: Item): TokenRecord {
  const row = tokenItemSchema.parse(fromItem(item));
  const { version, leaseOwner, leaseUntil, token, issuedAt, expiresAt, replaceableAt } = row;
  const reading = readingOfWord(row.failedReading ?? "");
  return {
    version,
    lease: leaseUntil === undefined ? undefined : { owner: leaseOwner ?? "", until: leaseUntil },
    token: token === undefined ? undefined : { value: token, issuedAt, expiresAt, replaceableAt },
    failure: reading && { at: row.failedAt, reading, code: row.failedCode },
  };
}

/** Every lease has another owner, so two items that are the same were written by the same instance. */
function isSameItem(one: Item, other: Item): boolean {
  const [left, right] = [fromItem(one), fromItem(other)];
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name]);
}
