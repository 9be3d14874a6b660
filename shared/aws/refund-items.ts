import * as z from "zod/mini";
import type { AnswerFields } from "../refund/reading.ts";
import { readingOfWord, readingWord } from "../refund/reading-word.ts";
import type { Lease, Refund, RefundIdentity } from "../refund/refund.ts";
import type { KeptAnswer, RequestKey } from "../refund/refund-store.ts";
import { fromItem, type Item, toItem } from "./attributes.ts";

// How the one table is laid out: keys, attributes, and what they mean. Instants are epoch ms; `ttl` alone is in seconds.

/** The sparse index of refunds to be looked at: keys only. */
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
  z.string().check(z.refine((word) => readingOfWord(word) !== undefined)),
  z.transform((word: string) => readingOfWord(word)),
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

/** A final answer without its names, to keep the item under a kilobyte: a write of it then costs one unit. */
const compactAnswer = z.pipe(
  z.string(),
  z.pipe(
    z.transform((text: string): unknown => JSON.parse(text)),
    z.array(z.nullable(z.union([z.string(), z.number()]))),
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
  answerVersion: z.optional(count),
  answerDigest: z.optional(z.string()),
  answer: z.optional(compactAnswer),
  dueAt: z.optional(instant),
  leaseOwner: z.optional(z.string()),
  leaseUntil: z.optional(instant),
  partners: z.array(z.string()),
});

export type RefundLayout = {
  /** How many partitions of the due index new due times are spread over, 1 to 16. */
  readonly shards: number;
  /** The names of an answer's members, in an order that only ever grows at its end: a final answer is kept by position. */
  readonly answerMembers: readonly string[];
};

export function refundItem(refund: Refund, { shards, answerMembers }: RefundLayout): Item {
  const { reading, answer, lease, partners, dueAt, ...plain } = refund;
  return toItem({
    pk: refundPk(refund),
    sk: stateSk,
    ...plain,
    reading: reading && readingWord(reading),
    answer: answer && JSON.stringify(answerMembers.map((name) => answer[name] ?? null)),
    leaseOwner: lease?.owner,
    leaseUntil: lease?.until,
    partners,
    dueAt,
    dueShard: dueAt === undefined ? undefined : dueShard(refundPk(refund), shards),
  });
}

/** @throws {z.core.$ZodError} when the item is not a refund as this version of the project writes them */
export function readRefundItem(item: Item, { answerMembers }: Pick<RefundLayout, "answerMembers">): Refund {
  const { leaseOwner, leaseUntil, partners, answer, ...row } = refundItemSchema.parse(fromItem(item));
  return {
    ...row,
    reading: row.reading,
    code: row.code,
    checkedAt: row.checkedAt,
    answeredAt: row.answeredAt,
    answerVersion: row.answerVersion,
    answerDigest: row.answerDigest,
    answer: answer && namedAnswer(answer, answerMembers),
    dueAt: row.dueAt,
    lease: leaseOwner === undefined || leaseUntil === undefined ? undefined : { owner: leaseOwner, until: leaseUntil },
    partners,
  };
}

function namedAnswer(values: readonly (string | number | null)[], names: readonly string[]): AnswerFields {
  const answer: Record<string, string | number> = {};
  for (const [i, name] of names.entries()) {
    const value = values[i];
    if (value !== null && value !== undefined) answer[name] = value;
  }
  return answer;
}

const answerItemSchema = z.object({
  version: count,
  at: instant,
  latencyMs: count,
  reading,
  code: z.optional(z.string()),
  answer: answerText,
});

export type KeptAnswerItem = z.infer<typeof answerItemSchema> & { readonly answer: AnswerFields };

/** One distinct answer about a refund, under the version of the refund that it brings about. */
export function answerItem(after: Refund, answer: KeptAnswer): Item {
  const at = after.checkedAt ?? after.firstSeenAt;
  return toItem({
    pk: refundPk(after),
    sk: answerSk(after.version, after.answerDigest),
    version: after.version,
    at,
    latencyMs: answer.latencyMs,
    reading: after.reading && readingWord(after.reading),
    code: after.code,
    answer: JSON.stringify(answer.fields),
    ttl: seconds(at + answerKeptMs),
  });
}

/**
 * By the version of the refund that an answer brings about, and by what it says, so that it can be put without a condition:
 * another answer for the same version, from a look that comes to nothing, stands beside it and not in its place.
 */
function answerSk(version: number, digest = ""): string {
  return `${answerPrefix}${String(version).padStart(6, "0")}#${digest}`;
}

/** Where the last answer about a refund is kept, if there is one. */
export function lastAnswerSk({ answerVersion, answerDigest }: Refund): string | undefined {
  return answerVersion === undefined ? undefined : answerSk(answerVersion, answerDigest);
}

/** The answer in an item below a refund's partition key, or undefined where the item is another one. */
export function readAnswerItem(item: Item): KeptAnswerItem | undefined {
  return item.sk?.S?.startsWith(answerPrefix) ? answerItemSchema.parse(fromItem(item)) : undefined;
}

export function isRefundItem(item: Item): boolean {
  return item.sk?.S === stateSk;
}

/** The right to sweep one shard of the due index. */
export function sweepItem(shard: string, lease: Lease): Item {
  return toItem({ ...sweepKey(shard), leaseOwner: lease.owner, leaseUntil: lease.until });
}

function sweepKey(shard: string) {
  return { pk: `SWEEP#${shard}`, sk: "SWEEP" };
}

const keyItemSchema = z.object({ payloadDigest: z.string(), expiresAt: instant });

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

export function readKeyItem(item: Item): Omit<RequestKey, "id"> {
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
