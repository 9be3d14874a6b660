import { type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { isFinal, type Refund, type RefundIdentity } from "../refund/refund.ts";
import type { Claim, ClaimResult, RefundStore } from "../refund/refund-store.ts";
import { type ConditionalPut, createConditionalPuts, ifAbsent, ifUnchanged } from "./conditional-puts.ts";
import {
  answerItem,
  isRefundItem,
  keyItem,
  lastAnswerSk,
  type RefundLayout,
  readAnswerItem,
  readKeyItem,
  readRefundItem,
  refundItem,
  refundPk,
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
  const { put, putTogether, outlastingConflicts } = createConditionalPuts(options);

  const keyPut = (claim: Pick<Claim, "key" | "now">, refund: RefundIdentity): ConditionalPut => ({
    item: keyItem(claim.key, refund),
    condition: `${ifAbsent} OR expiresAt <= :now`,
    values: { ":now": { N: String(claim.now) } },
  });
  const claimPut = (before: Refund | undefined, after: Refund): ConditionalPut => ({
    item: refundItem(after, options),
    ...(before === undefined ? { condition: ifAbsent } : ifUnchanged(before.version, [before.state])),
  });

  async function read(identity: RefundIdentity) {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: refundPk(identity) } },
        ConsistentRead: true,
        // STATE sorts behind every ANSWER#, so the last two items are the refund and its newest answer.
        ScanIndexForward: false,
        Limit: 2,
      }),
    );
    const [state, newest] = Items;
    if (state === undefined || !isRefundItem(state)) return undefined;
    const refund = readRefundItem(state, options);
    const sk = lastAnswerSk(refund);
    // A newer one has been left behind by a look that was killed, or overtaken, before it wrote the refund.
    const item = newest?.sk?.S === sk ? newest : await itemAt(refund, sk);
    return { refund, lastAnswer: item && readAnswerItem(item)?.answer };
  }

  async function itemAt(refund: Refund, sk: string | undefined) {
    if (sk === undefined) return undefined;
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: "pk = :pk AND sk = :sk",
        ExpressionAttributeValues: { ":pk": { S: refundPk(refund) }, ":sk": { S: sk } },
        ConsistentRead: true,
      }),
    );
    return Items[0];
  }

  return {
    read,

    async claim(claim) {
      let known: Refund | undefined;
      let keyExpiresAt: number | undefined;
      for (let tries = 1; tries <= maxClaimTries; tries++) {
        const claimed = known === undefined ? claim.fresh : leased(known, claim);
        const writes = [claimPut(known, claimed)];
        if (keyExpiresAt === undefined) writes.push(keyPut(claim, claimed));
        const failures = await putTogether(writes);
        if (failures === undefined) {
          return { kind: "claimed", refund: claimed, keyExpiresAt: keyExpiresAt ?? claim.key.expiresAt };
        }
        const [refundFailure, keyFailure] = failures;
        if (keyFailure?.item !== undefined) {
          const key = readKeyItem(keyFailure.item);
          if (key.payloadDigest !== claim.key.payloadDigest) return { kind: "key_reused" };
          keyExpiresAt = key.expiresAt;
        }
        known = refundFailure?.item && readRefundItem(refundFailure.item, options);
        const settled = known && withoutAsking(known, claim, keyExpiresAt);
        if (settled !== undefined) return settled;
        if (refundFailure?.conflict || keyFailure?.conflict) break;
      }
      return { kind: "in_flight", refund: known, keyExpiresAt };
    },

    settle: ({ before, after, allowedFrom, newAnswer }) =>
      outlastingConflicts(async () => {
        const refund: ConditionalPut = {
          item: refundItem(after, options),
          ...ifUnchanged(before.version, allowedFrom),
        };
        // The refund's condition speaks for both.
        const answer = newAnswer && { item: answerItem(after, newAnswer) };
        const failure = answer === undefined ? await put(refund) : await firstFailure([refund, answer]);
        if (failure === undefined) return { kind: "settled" };
        if (failure.item === undefined) return "conflict";
        return { kind: "superseded", refund: readRefundItem(failure.item, options) };
      }),

    rememberKey: (key, refund, now) =>
      outlastingConflicts(async () => {
        const failure = await put(keyPut({ key, now }, refund));
        if (failure === undefined) return { kind: "remembered", expiresAt: key.expiresAt };
        if (failure.item === undefined) return "conflict";
        const { payloadDigest, expiresAt } = readKeyItem(failure.item);
        return payloadDigest === key.payloadDigest ? { kind: "remembered", expiresAt } : { kind: "key_reused" };
      }),
  };

  async function firstFailure(writes: readonly ConditionalPut[]) {
    const failures = await putTogether(writes);
    return (
      failures?.find((failure) => failure?.item !== undefined) ?? failures?.find((failure) => failure !== undefined)
    );
  }
}

/** The refund as its next holder takes it; when it is due stays as it was. */
function leased(known: Refund, claim: Claim): Refund {
  return {
    ...known,
    version: known.version + 1,
    lease: claim.lease,
    partners: [...new Set([...known.partners, claim.partnerId])],
  };
}

/** What can be said of a known refund without taking it, or undefined when it is there to be taken. */
function withoutAsking(refund: Refund, claim: Claim, keyExpiresAt: number | undefined): ClaimResult | undefined {
  const { state, checkedAt, answeredAt, lease } = refund;
  const answeredJustNow = answeredAt !== undefined && answeredAt === checkedAt && answeredAt >= claim.recentSince;
  const lookedMeanwhile = checkedAt !== undefined && checkedAt >= claim.arrivedAt;
  if (isFinal(state) || answeredJustNow || lookedMeanwhile) return { kind: "recorded", refund, keyExpiresAt };
  if (lease !== undefined && lease.until > claim.now) return { kind: "in_flight", refund, keyExpiresAt };
  return undefined;
}
