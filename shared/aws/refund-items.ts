import * as z from "zod/mini";
import type { AnswerFields } from "../refund/check.ts";
import type { Reading } from "../refund/reading.ts";
import { readingOfWord, readingWord } from "../refund/reading-word.ts";
import type { KeptAnswer, Lease, Refund, RefundIdentity, RememberedKey } from "../refund/refund.ts";
import type { RequestKey } from "../refund/refund-store.ts";
import { fromItem, type Item, toItem } from "./attributes.ts";

// How the one table is laid out: keys, attributes, and what they mean. Instants are epoch ms; `ttl` alone is in seconds.

/** The sparse index of refunds to be checked: keys only. */
export const dueIndex = "due";
/** The most shards the due index can be spread over; a sweep looks into all of them, however many are written to now. */
export const maxShards = 16;

const stateSk = "STATE";
const answerPrefix = "ANSWER#";
const keySk = "KEY";
const answerKeptMs = 400 * 86_400_000;

/** A merchant number has a fixed length and a product no `#`, so that two refunds never share a partition. */
export function refundPk({ mid, instMid, merOrderId }: RefundIdentity): string {
  return `REFUND#${mid}#${instMid}#${merOrderId}`;
}

export function refundKey(identity: RefundIdentity): Item {
  return { pk: { S: refundPk(identity) }, sk: { S: stateSk } };
}

const instant = z.number().check(z.nonnegative());
const count = z.number().check(z.nonnegative());
const reading = z.pipe(
  z.string(),
  z.pipe(
    z.transform(readingOfWord),
    z.custom<Reading>((known) => known !== undefined),
  ),
);
const isFields = (value: unknown) =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((member) => typeof member === "string" || typeof member === "number");
const answerText = z.pipe(
  z.string(),
  z.pipe(
    z.transform((text: string): unknown => JSON.parse(text)),
    z.custom<AnswerFields>(isFields),
  ),
);

const values = z.array(z.nullable(z.union([z.string(), z.number()])));
/**
 * The last answer in a refund's own item: version, instant, latency, reading and values, none of them with its name,
 * so that the item stays under a kilobyte; a write of it then costs one unit.
 */
const compactAnswer = z.pipe(
  z.string(),
  z.pipe(
    z.transform((text: string): unknown => JSON.parse(text)),
    z.tuple([count, instant, count, reading, values]),
  ),
);
/** `<id>:<expiry, epoch ms>` */
const rememberedKey = z.pipe(
  z.string(),
  z.pipe(
    z.transform((text: string) => text.split(":")),
    z.tuple([z.string(), z.pipe(z.transform(Number), instant)]),
  ),
);

const refundItemSchema = z.object({
  mid: z.string(),
  instMid: z.string(),
  merOrderId: z.string(),
  tid: z.string(),
  state: z.enum(["pending", "needs_review", "succeeded", "failed"]),
  version: count,
  reading: z.optional(reading),
  code: z.optional(z.string()),
  attempts: count,
  openRung: count,
  notFoundRung: count,
  firstSeenAt: instant,
  checkedAt: z.optional(instant),
  answeredAt: z.optional(instant),
  answer: z.optional(compactAnswer),
  dueAt: z.optional(instant),
  leaseOwner: z.optional(z.string()),
  leaseUntil: z.optional(instant),
  partners: z.array(z.string()),
  keys: z._default(z.array(rememberedKey), []),
});

export type RefundLayout = {
  /** How many partitions of the due index new due times are spread over, 1 to 16. */
  readonly shards: number;
  /** The names of an answer's members, in an order that only ever grows at its end: a final answer is kept by position. */
  readonly answerMembers: readonly string[];
};

export function refundItem(refund: Refund, { shards, answerMembers }: RefundLayout): Item {
  const { reading, answer, lease, partners, keys, dueAt, ...plain } = refund;
  return toItem({
    pk: refundPk(refund),
    sk: stateSk,
    ...plain,
    reading: reading && readingWord(reading),
    answer: answer && compacted(answer, answerMembers),
    leaseOwner: lease?.owner,
    leaseUntil: lease?.until,
    partners,
    keys: keys.length === 0 ? undefined : keys.map(({ id, expiresAt }) => `${id}:${expiresAt}`),
    dueAt,
    dueShard: dueAt === undefined ? undefined : dueShard(refundPk(refund), shards),
  });
}

/** @throws {z.core.$ZodError} when the item is not a refund as this version of the project writes them */
export function readRefundItem(item: Item, { answerMembers }: Pick<RefundLayout, "answerMembers">): Refund {
  const { leaseOwner, leaseUntil, partners, keys, answer, ...row } = refundItemSchema.parse(fromItem(item));
  return {
    ...row,
    reading: row.reading,
    code: row.code,
    checkedAt: row.checkedAt,
    answeredAt: row.answeredAt,
    answer: answer && named(answer, answerMembers),
    dueAt: row.dueAt,
    lease: leaseOwner === undefined || leaseUntil === undefined ? undefined : { owner: leaseOwner, until: leaseUntil },
    partners,
    // A set of the table has no order.
    keys: keys.map(([id, expiresAt]): RememberedKey => ({ id, expiresAt })).sort((a, b) => b.expiresAt - a.expiresAt),
  };
}

function compacted({ version, at, latencyMs, reading, fields }: KeptAnswer, names: readonly string[]): string {
  return JSON.stringify([version, at, latencyMs, readingWord(reading), names.map((name) => fields[name] ?? null)]);
}

function named(
  [version, at, latencyMs, reading, values]: z.infer<typeof compactAnswer>,
  names: readonly string[],
): KeptAnswer {
  const fields: Record<string, string | number> = {};
  for (const [i, name] of names.entries()) {
    const value = values[i];
    if (value !== null && value !== undefined) fields[name] = value;
  }
  return { version, at, latencyMs, reading, fields };
}

const answerItemSchema = z.object({
  version: count,
  at: instant,
  latencyMs: count,
  reading,
  fields: answerText,
});

/** An answer that another has taken the place of, below the partition key of its refund. */
export function answerItem(refund: RefundIdentity, { version, at, latencyMs, reading, fields }: KeptAnswer): Item {
  return toItem({
    pk: refundPk(refund),
    sk: `${answerPrefix}${String(version).padStart(6, "0")}`,
    version,
    at,
    latencyMs,
    reading: readingWord(reading),
    fields: JSON.stringify(fields),
    ttl: seconds(at + answerKeptMs),
  });
}

/** The answer in an item below a refund's partition key, or undefined where the item is another one. */
export function readAnswerItem(item: Item): KeptAnswer | undefined {
  return item.sk?.S?.startsWith(answerPrefix) ? answerItemSchema.parse(fromItem(item)) : undefined;
}

/** The right to sweep one shard of the due index. */
export function sweepItem(shard: string, lease: Lease): Item {
  return toItem({ ...sweepKey(shard), leaseOwner: lease.owner, leaseUntil: lease.until });
}

function sweepKey(shard: string) {
  return { pk: `SWEEP#${shard}`, sk: "SWEEP" };
}

const keyItemSchema = z.object({ payloadDigest: z.string(), expiresAt: instant });

/** A key that a partner chose. */
export function keyItem(key: RequestKey, refund: RefundIdentity): Item {
  const { id, payloadDigest, expiresAt } = key;
  return toItem({
    pk: `KEY#${id}`,
    sk: keySk,
    payloadDigest,
    refund: refundPk(refund),
    expiresAt,
    ttl: seconds(expiresAt),
  });
}

export function readKeyItem(item: Item): Pick<RequestKey, "payloadDigest" | "expiresAt"> {
  return keyItemSchema.parse(fromItem(item));
}

/** Spreads refunds evenly over the first `shards` partitions of the due index (FNV-1a). */
function dueShard(pk: string, shards: number): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < pk.length; i++) hash = Math.imul(hash ^ pk.charCodeAt(i), 0x01000193) >>> 0;
  return String(hash % Math.min(Math.max(shards, 1), maxShards));
}

function seconds(epochMs: number): number {
  return Math.ceil(epochMs / 1000);
}
