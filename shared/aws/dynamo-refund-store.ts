import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { keyExpiry, takeLease } from "../refund/claim-refund.ts";
import { isFinal, type Refund, type RefundIdentity } from "../refund/refund.ts";
import { type Claim, type ClaimResult, type RefundStore, replacedAnswer } from "../refund/refund-store.ts";
import { type ConditionalPut, createConditionalPuts, ifAbsent, ifUnchanged } from "./conditional-puts.ts";
import {
  answerItem,
  keyItem,
  type RefundLayout,
  readKeyItem,
  readRefundItem,
  refundItem,
  refundKey,
} from "./refund-items.ts";

export type DynamoStoreOptions = RefundLayout & {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
};

/** A claim sees a changed record at most this often before it takes the refund for being in flight. */
const maxClaimTries = 3;

/** The refunds in DynamoDB. Every write replaces the item and is conditional on the version it was made from. */
export function createDynamoRefundStore(options: DynamoStoreOptions): RefundStore {
  const { client, table } = options;
  const { putAll, outlastingConflicts } = createConditionalPuts(options);

  const keyPut = (key: Claim["key"], refund: RefundIdentity, now: number): ConditionalPut => ({
    item: keyItem(key, refund),
    condition: `${ifAbsent} OR expiresAt <= :now`,
    values: { ":now": { N: String(now) } },
  });
  const claimPut = (before: Refund | undefined, after: Refund): ConditionalPut => ({
    item: refundItem(after, options),
    ...(before === undefined ? { condition: ifAbsent } : ifUnchanged(before.version, [before.state])),
  });

  return {
    async read(identity) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: refundKey(identity), ConsistentRead: true }),
      );
      return Item && readRefundItem(Item, options);
    },

    async claim(claim) {
      const { key } = claim;
      let known: Refund | undefined;
      let keyExpiresAt: number | undefined;
      for (let tries = 1; tries <= maxClaimTries; tries++) {
        const claimed = known === undefined ? claim.fresh : takeLease(known, claim);
        const writes = [claimPut(known, claimed)];
        if (key.chosen && keyExpiresAt === undefined) writes.push(keyPut(key, claimed, claim.now));
        const failures = await putAll(writes);
        if (failures === undefined) {
          return { kind: "claimed", refund: claimed, keyExpiresAt: keyExpiresAt ?? key.expiresAt };
        }
        const [refundFailure, keyFailure] = failures;
        if (keyFailure?.item !== undefined) {
          const stored = readKeyItem(keyFailure.item);
          if (stored.payloadDigest !== key.payloadDigest) return { kind: "key_reused" };
          keyExpiresAt = stored.expiresAt;
        }
        known = refundFailure?.item && readRefundItem(refundFailure.item, options);
        // The SDK tried again after an answer was lost, and found its own first try.
        if (known?.lease?.owner === claim.lease.owner) {
          return { kind: "claimed", refund: known, keyExpiresAt: keyExpiresAt ?? key.expiresAt };
        }
        if (known !== undefined && !key.chosen) keyExpiresAt = keyExpiry(known, key, claim.now);
        const settled = known && withoutAsking(known, claim, keyExpiresAt);
        if (settled !== undefined) return settled;
        if (refundFailure?.conflict || keyFailure?.conflict) break;
      }
      return { kind: "in_flight", refund: known, keyExpiresAt };
    },

    settle: ({ before, after, allowedFrom }) =>
      outlastingConflicts(async () => {
        const writes: ConditionalPut[] = [
          { item: refundItem(after, options), ...ifUnchanged(before.version, allowedFrom) },
        ];
        const replaced = replacedAnswer(before, after);
        // The refund's condition speaks for both.
        if (replaced !== undefined) writes.push({ item: answerItem(after, replaced) });
        const failures = await putAll(writes);
        if (failures === undefined) return { kind: "settled" };
        const stored = failures[0]?.item;
        return stored === undefined ? "conflict" : { kind: "superseded", refund: readRefundItem(stored, options) };
      }),

    rememberKey: (key, refund, now) =>
      outlastingConflicts(async () => {
        const [failure] = (await putAll([keyPut(key, refund, now)])) ?? [];
        if (failure === undefined) return { kind: "remembered", expiresAt: key.expiresAt };
        if (failure.item === undefined) return "conflict";
        const { payloadDigest, expiresAt } = readKeyItem(failure.item);
        return payloadDigest === key.payloadDigest ? { kind: "remembered", expiresAt } : { kind: "key_reused" };
      }),
  };
}

/** What can be said of a known refund without taking it, or undefined when it is there to be taken. */
function withoutAsking(refund: Refund, claim: Claim, keyExpiresAt: number | undefined): ClaimResult | undefined {
  const { state, checkedAt, answeredAt, lease } = refund;
  const answeredJustNow = answeredAt !== undefined && answeredAt === checkedAt && answeredAt >= claim.recentSince;
  const checkedMeanwhile = checkedAt !== undefined && checkedAt >= claim.arrivedAt;
  if (isFinal(state) || answeredJustNow || checkedMeanwhile) return { kind: "recorded", refund, keyExpiresAt };
  if (lease !== undefined && lease.until > claim.now) return { kind: "in_flight", refund, keyExpiresAt };
  return undefined;
}
