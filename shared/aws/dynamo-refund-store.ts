import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { claimRefund, newRefund } from "../refund/claim-refund.ts";
import { decideClaim } from "../refund/decide-claim.ts";
import type { Refund, RefundIdentity } from "../refund/refund.ts";
import { type Claim, type RefundStore, type RequestKey, replacedAnswer } from "../refund/refund-store.ts";
import { answerItem } from "./answer-item.ts";
import { claimUnread, settleOver, takeOver } from "./claim-writes.ts";
import { keyItem, readKeyItem } from "./key-item.ts";
import { refundKey } from "./keys.ts";
import { type RefundLayout, readRefundItem } from "./refund-item.ts";
import { type ConditionalWrite, createTable, ifAbsent, type TableDeps } from "./table.ts";

/** A claim sees a changed record at most this often before it takes the refund for being in flight. */
const maxClaimTries = 3;

/**
 * The refunds in DynamoDB. Every write of a refund is an update of what it changes, conditional on the version that it was
 * made from.
 */
export function createDynamoRefundStore(deps: TableDeps & RefundLayout): RefundStore {
  const { send, write, writeAll, whileBusy } = createTable(deps);

  /** The claim of a request without a key: one update that serves a new and a known refund alike. */
  async function claimBlindly(claim: Claim): Promise<{ claimed: Refund } | { known: Refund | undefined }> {
    const { failure, item } = await write(claimUnread(claim, deps), true);
    if (item !== undefined) return { claimed: readRefundItem(item, deps) };
    return { known: failure?.item && readRefundItem(failure.item, deps) };
  }

  return {
    async read(identity) {
      const { Item } = await send(
        new GetItemCommand({ TableName: deps.table, Key: refundKey(identity), ConsistentRead: true }),
      );
      return Item && readRefundItem(Item, deps);
    },

    async claim(claim) {
      const { key } = claim;
      let known: Refund | undefined;
      let keyExpiresAt: number | undefined;
      for (let tries = 1; tries <= maxClaimTries; tries++) {
        let isBusy = false;
        if (key === undefined && known === undefined) {
          const result = await claimBlindly(claim);
          if ("claimed" in result) return { kind: "claimed", refund: result.claimed, keyExpiresAt };
          known = result.known;
          isBusy = known === undefined;
        } else {
          const claimed = known === undefined ? newRefund(claim) : claimRefund(known, claim);
          const writes = [takeOver(known, claimed, deps)];
          if (key !== undefined && keyExpiresAt === undefined) writes.push(keyPut(key, claimed, claim.now));
          const [refundFailure, keyFailure] = await writeAll(writes);
          if (refundFailure === undefined && keyFailure === undefined) {
            return { kind: "claimed", refund: claimed, keyExpiresAt: keyExpiresAt ?? key?.expiresAt };
          }
          if (key !== undefined && keyFailure?.item !== undefined) {
            const stored = readKeyItem(keyFailure.item);
            if (stored.payloadDigest !== key.payloadDigest) return { kind: "key_reused" };
            keyExpiresAt = stored.expiresAt;
          }
          known = refundFailure?.item && readRefundItem(refundFailure.item, deps);
          isBusy = refundFailure?.busy === true || keyFailure?.busy === true;
        }
        if (known !== undefined) {
          // The SDK tried again after an answer was lost, and found its own first try.
          if (known.lease?.owner === claim.lease.owner) {
            return { kind: "claimed", refund: known, keyExpiresAt };
          }
          const decision = decideClaim(known, claim);
          if (decision === "record") return { kind: "recorded", refund: known, keyExpiresAt };
          if (decision === "wait") return { kind: "in_flight", refund: known, keyExpiresAt };
        }
        if (isBusy) break;
      }
      return { kind: "in_flight", refund: known, keyExpiresAt };
    },

    settle: ({ before, after }) =>
      whileBusy(async () => {
        const { write: refundWrite, isResult } = settleOver(before, after, deps);
        const writes: ConditionalWrite[] = [refundWrite];
        const replaced = replacedAnswer(before, after);
        // The refund's condition speaks for both.
        if (replaced !== undefined) writes.push({ write: { put: answerItem(after, replaced) } });
        const failure = (await writeAll(writes)).find((one) => one !== undefined);
        if (failure === undefined) return { kind: "settled" };
        if (failure.item === undefined) return "busy";
        if (isResult(failure.item)) return { kind: "settled" };
        return { kind: "superseded", refund: readRefundItem(failure.item, deps) };
      }),

    rememberKey: (key, refund, now) =>
      whileBusy(async () => {
        const { failure } = await write(keyPut(key, refund, now));
        if (failure === undefined) return { kind: "remembered", expiresAt: key.expiresAt };
        if (failure.item === undefined) return "busy";
        const { payloadDigest, expiresAt } = readKeyItem(failure.item);
        return payloadDigest === key.payloadDigest ? { kind: "remembered", expiresAt } : { kind: "key_reused" };
      }),
  };
}

function keyPut(key: RequestKey, refund: RefundIdentity, now: number): ConditionalWrite {
  return {
    write: { put: keyItem(key, refund) },
    condition: `${ifAbsent} OR expiresAt <= :now`,
    values: { ":now": { N: String(now) } },
  };
}
