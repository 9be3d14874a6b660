import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type { Reading } from "../refund/reading.ts";
import { readingOfWord, readingWord } from "../refund/reading-word.ts";
import type { Item } from "./attributes.ts";
import { createTable, ifAbsent } from "./table.ts";

/** What is kept of a token. It is what `shared/chinaums` calls its token record. Instants are epoch ms. */
type TokenRecord = {
  readonly version: number;
  readonly token:
    | { readonly value: string; readonly issuedAt: number; readonly expiresAt: number; readonly replaceableAt: number }
    | undefined;
  readonly leaseUntil: number;
  readonly failure: { readonly at: number; readonly reading: Reading; readonly code: string } | undefined;
};

export type DynamoTokenStoreOptions = {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
};

/** What a partition key of a token begins with; the AppId follows, and a role is let at these items by it. */
const pkPrefix = "TOKEN#";
/** A token that nobody refreshes is a secret without a use. */
const keptMs = 3_600_000;

/** The tokens in DynamoDB, one item an AppId; every write is conditional on the version it was made from. */
export function createDynamoTokenStore(options: DynamoTokenStoreOptions) {
  const { client, table } = options;
  const { write } = createTable(options);
  const keyOf = (appId: string) => ({ pk: { S: pkPrefix + appId }, sk: { S: "TOKEN" } });

  return {
    async read(appId: string): Promise<TokenRecord | undefined> {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: keyOf(appId), ConsistentRead: true }),
      );
      return Item && readTokenItem(Item);
    },

    async replace(appId: string, before: number | undefined, after: TokenRecord): Promise<boolean> {
      const unchanged =
        before === undefined
          ? { condition: ifAbsent }
          : { condition: "version = :version", values: { ":version": { N: String(before) } } };
      const put = { ...keyOf(appId), ...attributesOf(after) };
      return (await write({ write: { put }, ...unchanged })).failure === undefined;
    },
  };
}

function attributesOf({ version, token, leaseUntil, failure }: TokenRecord): Item {
  const number = (value: number) => ({ N: String(value) });
  const lasts = Math.max(token?.expiresAt ?? 0, leaseUntil, failure?.at ?? 0) + keptMs;
  return {
    version: number(version),
    leaseUntil: number(leaseUntil),
    ttl: number(Math.ceil(lasts / 1000)),
    ...(token && {
      token: { S: token.value },
      issuedAt: number(token.issuedAt),
      expiresAt: number(token.expiresAt),
      replaceableAt: number(token.replaceableAt),
    }),
    ...(failure && {
      failedAt: number(failure.at),
      failedReading: { S: readingWord(failure.reading) },
      failedCode: { S: failure.code },
    }),
  };
}

const text = z.object({ S: z.string() });
const number = z.pipe(
  z.object({ N: z.string().check(z.regex(/^\d{1,16}$/)) }),
  z.transform(({ N }) => Number(N)),
);
const tokenItemSchema = z.object({
  version: number,
  leaseUntil: number,
  token: z.optional(text),
  issuedAt: z.optional(number),
  expiresAt: z.optional(number),
  replaceableAt: z.optional(number),
  failedAt: z.optional(number),
  failedReading: z.optional(text),
  failedCode: z.optional(text),
});

/** @throws {z.core.$ZodError} when the item is not a token as this version of the project writes them */
function readTokenItem(item: Item): TokenRecord {
  const {
    version,
    leaseUntil,
    token,
    issuedAt = 0,
    expiresAt = 0,
    replaceableAt = 0,
    ...failed
  } = tokenItemSchema.parse(item);
  const reading = readingOfWord(failed.failedReading?.S ?? "");
  return {
    version,
    leaseUntil,
    token: token && { value: token.S, issuedAt, expiresAt, replaceableAt },
    failure: reading && { at: failed.failedAt ?? 0, reading, code: failed.failedCode?.S ?? "" },
  };
}
