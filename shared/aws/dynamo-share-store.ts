import * as z from "zod/mini";
import { keyPrefixes } from "../names.ts";
import type { ShareStore } from "../partner/partner-shares.ts";
import { UnavailableError } from "../refund/unavailable.ts";
import { fromItem, toItem } from "./attributes.ts";
import { ttlSeconds } from "./keys.ts";
import { type ConditionalWrite, createTable, type TableDeps } from "./table.ts";

/** A share that nobody takes of is whole long before, so its item can go. */
const keptMs = 3_600_000;
/** Between two writes another instance can change which of them fits. */
const maxTries = 4;

/** Keeps the partners' shares in DynamoDB, one item for each partner with the instant at which its share is whole again. */
export function createDynamoShareStore(deps: TableDeps & { readonly now: () => number }): ShareStore {
  const { write } = createTable(deps);

  return {
    async spend(partnerId, spentMs, expectedFullAt) {
      const now = deps.now();
      let isWhole = expectedFullAt <= now;
      for (let tries = 1; tries <= maxTries; tries++) {
        const { failure, item } = await write(spending(partnerId, spentMs, { now, isWhole }), true);
        if (failure === undefined && item !== undefined) return shareItemSchema.parse(fromItem(item)).fullAt;
        isWhole = !isWhole;
      }
      throw new UnavailableError("RECORD_UNAVAILABLE", { cause: new Error("the share stayed busy") });
    },
  };
}

type When = { readonly now: number; readonly isWhole: boolean };

/** Takes of a share that is whole, or else of one that something is missing of already. */
function spending(partnerId: string, spentMs: number, { now, isWhole }: When): ConditionalWrite {
  return {
    write: {
      key: toItem({ pk: keyPrefixes.share + partnerId, sk: "SHARE" }),
      expression: `SET fullAt = ${isWhole ? ":now" : "fullAt"} + :spent, #ttl = :ttl`,
      names: { "#ttl": "ttl" },
      values: toItem({ ":spent": spentMs, ":ttl": ttlSeconds(now + keptMs) }),
    },
    condition: isWhole ? "attribute_not_exists(fullAt) OR fullAt <= :now" : "fullAt > :now",
    values: toItem({ ":now": now }),
  };
}

const shareItemSchema = z.object({ fullAt: z.number() });
