import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BatchWriteItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { toItem } from "../shared/aws/attributes.ts";
import { refundKey } from "../shared/aws/keys.ts";
import { refundAttributes } from "../shared/aws/refund-item.ts";
import { readMembers } from "../shared/chinaums/refund-query/answer-fields.ts";
import * as answerForm from "../shared/chinaums/refund-query/stored-answer.ts";
import { newRefund } from "../shared/refund/claim-refund.ts";
import type { Refund } from "../shared/refund/refund.ts";

const batchSize = 25;
const layout = { shards: 16, answerForm };
const sample = JSON.parse(readFileSync(join(import.meta.dirname, "../test/fixtures/page-answer.json"), "utf8"));

/** A refund as its first check leaves it, with an answer of the usual size, that is not final; due since a minute ago. */
export function dueRefund(number: number): Refund {
  const now = Date.now() - 120_000;
  const identity = { mid: "898310148160568", instMid: "APPDEFAULT", merOrderId: `BENCH-${number}` };
  const asked = { tid: "88880001", digest: "0".repeat(16) };
  const lease = { owner: "gone", until: now + 28_000 };
  const reading = { kind: "processing" } as const;
  const { merOrderId } = identity;
  const { msgId, srcReserve, ...said } = sample;
  const changed = { merOrderId, refundOrderId: merOrderId, refundStatus: "PROCESSING", errMsg: "处理中" };
  const fields = readMembers({ ...said, ...changed }) ?? {};
  return {
    ...newRefund({
      identity,
      asked,
      partnerId: "north-shop",
      now,
      dueAt: now + 60_000,
      lease,
    }),
    confirmedTid: asked.tid,
    lastAsked: asked,
    version: 2,
    reading,
    code: "PROCESSING",
    attempts: 1,
    openRung: 1,
    checkedAt: now,
    isAnswered: true,
    answer: { fields, version: 2, at: now, latencyMs: 200, reading, matchedBy: "refundOrderId" },
    lease: undefined,
  };
}

/** The same once it is final. */
export function settledRefund(number: number): Refund {
  const reading = { kind: "settled", outcome: "succeeded" } as const;
  return { ...dueRefund(number), state: "succeeded", version: 3, reading, dueAt: undefined };
}

function itemOf(refund: Refund) {
  return { ...refundKey(refund), ...toItem(refundAttributes(refund, layout)) };
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
        PutRequest: { Item: itemOf(make(from + i)) },
      }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    }
  };
  await Promise.all(Array.from({ length: 8 }, writer));
}
