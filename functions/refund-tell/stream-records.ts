import * as z from "zod/mini";
import { dueKinds } from "../../shared/names.ts";
import type { RefundIdentity } from "../../shared/refund/refund.ts";
import type { EventKey } from "../../shared/telling/refund-event.ts";

/** What a stream of the table says of some items that have become due to be told or delivered. */
export type StreamWork = {
  readonly refunds: readonly RefundIdentity[];
  readonly deliveries: readonly EventKey[];
  /** When the last of these deliveries is due, in epoch ms. */
  readonly deliveriesDueAt: number;
};

const text = z.object({ S: z.string() });
/** The parts that are used of a DynamoDB stream event. A record without a due item is none of ours. */
const streamEventSchema = z.object({
  Records: z.array(
    z.object({
      dynamodb: z.object({
        Keys: z.object({ pk: text, sk: text }),
        NewImage: z.optional(z.object({ dueShard: z.optional(text), dueAt: z.optional(z.object({ N: z.string() })) })),
      }),
    }),
  ),
});

export type ReadStreamDeps = {
  readonly refundOfPk: (pk: string) => RefundIdentity | undefined;
  readonly eventOfDelivery: (key: { pk: { S: string }; sk: { S: string } }) => EventKey | undefined;
};

/** True if an event is one of a stream, and not one of a schedule. */
export function isStreamEvent(event: unknown): boolean {
  return typeof event === "object" && event !== null && "Records" in event;
}

/** What the records of a stream event ask for, each item once. @throws {z.core.$ZodError} when it is no such event */
export function readStreamEvent(event: unknown, { refundOfPk, eventOfDelivery }: ReadStreamDeps): StreamWork {
  const refunds = new Map<string, RefundIdentity>();
  const deliveries = new Map<string, EventKey>();
  let deliveriesDueAt = 0;
  for (const { dynamodb } of streamEventSchema.parse(event).Records) {
    const { Keys: key, NewImage: image } = dynamodb;
    const shard = image?.dueShard?.S ?? "";
    const refund = shard.startsWith(dueKinds.tell) ? refundOfPk(key.pk.S) : undefined;
    if (refund !== undefined) refunds.set(key.pk.S, refund);
    const delivery = shard.startsWith(dueKinds.deliver) ? eventOfDelivery(key) : undefined;
    if (delivery === undefined) continue;
    deliveries.set(`${key.pk.S} ${key.sk.S}`, delivery);
    deliveriesDueAt = Math.max(deliveriesDueAt, Number(image?.dueAt?.N ?? 0));
  }
  return { refunds: [...refunds.values()], deliveries: [...deliveries.values()], deliveriesDueAt };
}
