import { setTimeout as sleep } from "node:timers/promises";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDynamoTokenStore } from "../../shared/aws/dynamo-token-store.ts";
import { createFetchToken } from "../../shared/chinaums/auth/fetch-token.ts";
import type { KeyPair } from "../../shared/chinaums/auth/key-pair.ts";
import { createSharedToken } from "../../shared/chinaums/auth/shared-token.ts";
import type { TokenStore } from "../../shared/chinaums/auth/token-record.ts";
import type { Post } from "../../shared/chinaums/transport/raw-answer.ts";

let owners = 0;

/** A token source as a function's instance has it: a memory of its own over the table and the platform that all share. */
export function newTokenSource(options: {
  readonly table: { readonly client: DynamoDBClient; readonly table: string };
  readonly post: Post;
  readonly pair: KeyPair;
  readonly now: () => number;
  readonly newNonce: () => string;
  readonly random?: () => number;
  readonly store?: (store: TokenStore) => TokenStore;
}) {
  const { table, post, pair, now, newNonce, random = Math.random, store = (same) => same } = options;
  // Waits a moment in earnest, since the others are at work meanwhile, and never for as long as it is told.
  const shortly = (ms: number) => sleep(Math.min(ms, 25));
  return createSharedToken({
    store: store(createDynamoTokenStore({ ...table, sleep: shortly, random })),
    fetchToken: createFetchToken({
      post,
      credentials: { current: async () => pair, afterRejected: async () => undefined },
      version: "v1",
      now,
      newNonce,
    }),
    now,
    random,
    sleep: shortly,
    newOwner: () => `owner-${++owners}`,
  });
}
