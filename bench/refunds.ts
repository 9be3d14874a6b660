import { BatchWriteItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { refundItem } from "../shared/aws/refund-items.ts";
import { answerMembers } from "../shared/chinaums/answer-fields.ts";
import type { AnswerFields } from "../shared/refund/reading.ts";
import { newRefund, type Refund } from "../shared/refund/refund.ts";

const batchSize = 25;
const layout = { shards: 16, answerMembers };

/** A refund as a first claim leaves it whose holder is gone: due since a minute ago. */
export function dueRefund(number: number): Refund {
  const now = Date.now() - 120_000;
  const identity = { mid: "898310148160568", instMid: "APPDEFAULT", merOrderId: `BENCH-${number}` };
  const lease = { owner: "gone", until: now + 28_000 };
  return newRefund(identity, { tid: "88880001", partnerId: "north-shop", keys: [], now, dueAt: now + 60_000, lease });
}

/** A refund that is final, with an answer of the usual size. */
export function settledRefund(number: number, fields: AnswerFields): Refund {
  const refund = dueRefund(number);
  const reading = { kind: "settled", outcome: "succeeded" } as const;
  const answer = { fields, digest: "-".repeat(22), version: 2, at: refund.firstSeenAt, latencyMs: 200, reading };
  return {
    ...refund,
    state: "succeeded",
    version: 3,
    reading,
    answer,
    dueAt: undefined,
    lease: undefined,
  };
}

/** Writes them as they are, many at once. */
export async function putRefunds(
  client: DynamoDBClient,
  table: string,
  count: number,
  make: (number: number) => Refund,
): Promise<void> {
  let next = 0;
  const writer = async () => {
    while (next < count) {
      const from = next;
      next = Math.min(next + batchSize, count);
      const requests = Array.from({ length: next - from }, (_, i) => ({
        PutRequest: { Item: refundItem(make(from + i), layout) },
      }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    }
  };
  await Promise.all(Array.from({ length: 8 }, writer));
}
