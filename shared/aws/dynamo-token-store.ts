import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type { TokenRecord, TokenStore } from "../chinaums/auth/token-record.ts";
import { keyPrefixes } from "../names.ts";
import { readingOfWord, readingWord } from "../refund/reading-word.ts";
import { fromItem, type Item, toItem } from "./attributes.ts";
import { ttlSeconds } from "./keys.ts";
import { createTable, ifAbsent, type TableDeps } from "./table.ts";
import { isResultOf } from "./update.ts";

/** A token that is not refreshed any more is a secret that nobody needs, so its item goes. */
const keptMs = 3_600_000;

/** Keeps the tokens in DynamoDB, one item for each AppId. A write goes through only over the version it was made from. */
export function createDynamoTokenStore(deps: TableDeps): TokenStore {
  const { send, write } = createTable(deps);

  return {
    async read(appId) {
      const { Item } = await send(
        new GetItemCommand({ TableName: deps.table, Key: toItem(tokenKey(appId)), ConsistentRead: true }),
      );
      return Item && readTokenItem(Item);
    },

    async replace(appId, before, after) {
      const item = tokenItem(appId, after);
      const unchanged =
        before === undefined
          ? { condition: ifAbsent }
          : { condition: "version = :version", values: toItem({ ":version": before }) };
      const { failure } = await write({ write: { put: item }, ...unchanged });
      // When the answer to a write is lost, the SDK sends it again, and the second one meets the first. Every lease has another
      // owner, so the same record was written by this very instance.
      return failure === undefined || (failure.item !== undefined && isResultOf(failure.item, fromItem(item)));
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
    ttl: ttlSeconds(lasts),
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
