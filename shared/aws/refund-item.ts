import * as z from "zod/mini";
import { dueKinds } from "../names.ts";
import { readingWord } from "../refund/reading-word.ts";
import { isRefundState, type Refund, type RefundIdentity } from "../refund/refund.ts";
import { UnavailableError } from "../refund/unavailable.ts";
import type { Untold } from "../refund/untold.ts";
import { type AnswerForm, answerText, answerTextForm } from "./answer-text.ts";
import { type Attributes, fromItem, type Item } from "./attributes.ts";
import { evidenceForm, evidenceText } from "./evidence-text.ts";
import { roomBeside } from "./item-size.ts";
import { dueShard, refundOfPk, refundPk, stateSk } from "./keys.ts";
import { msgIdForm, shortMsgId } from "./short-msg-id.ts";
import { count, digits, instant, readingWordForm } from "./stored-forms.ts";

export type RefundLayout = {
  /** How many partitions of the due index new due times are spread over, 1 to 16. */
  readonly shards: number;
  readonly answerForm: AnswerForm;
};

/**
 * The attributes of a refund's item besides its key, which names the refund. Each stands here by name, so that nothing else
 * can get into the table; docs/data.md says of each who writes it. One that is undefined is removed, and so is a zero.
 */
export function refundAttributes(refund: Refund, layout: RefundLayout): Attributes {
  const attributes = withoutEvidence(refund, layout);
  if (refund.evidence.length === 0) return attributes;
  const { leaseOwner, leaseUntil, ...lasting } = attributes;
  const room = roomBeside({ ...lasting, pk: refundPk(refund), sk: stateSk, evidence: "" }) - leaseBytes;
  return { ...attributes, evidence: evidenceText(refund.evidence, room) };
}

/** Left free for the lease of a request, so that evidence makes no claim cost more. */
const leaseBytes = 48;

function withoutEvidence(refund: Refund, { shards, answerForm }: RefundLayout): Attributes {
  const { reading, answer, lease, lastAsked } = refund;
  return {
    tid: refund.tid,
    confirmedTid: refund.confirmedTid,
    askedTids: refund.askedTids.length === 0 ? undefined : refund.askedTids,
    state: refund.state,
    version: refund.version,
    reading: reading && readingWord(reading),
    code: refund.code,
    lastTid: lastAsked?.tid,
    lastDigest: lastAsked?.digest,
    attempts: refund.attempts || undefined,
    openRung: refund.openRung || undefined,
    notFoundRung: refund.notFoundRung || undefined,
    firstSeenAt: refund.firstSeenAt,
    checkedAt: refund.checkedAt,
    seenOpenAt: refund.seenOpenAt,
    stalledSince: refund.stalledSince,
    answer: answer && answerText(answer, answerForm),
    sentId: refund.sentMsgId && shortMsgId(refund.sentMsgId),
    // The rare case is the one that is written.
    unanswered: answer !== undefined && !refund.isAnswered ? 1 : undefined,
    leaseOwner: lease?.owner,
    leaseUntil: lease?.until,
    partners: refund.partners.length === 0 ? undefined : refund.partners,
    ...dueAttributes(refund, shards),
    verifyRequestedAt: refund.verifyRequestedAt,
    acknowledged: refund.acknowledged,
  };
}

/** A refund is in the index for one thing at a time. Its next check waits beside while partners are still to be told. */
function dueAttributes(refund: Refund, shards: number): Attributes {
  const { dueAt, untold } = refund;
  const pk = refundPk(refund);
  if (untold !== undefined) {
    const { since, sequence, overtaken } = untold;
    return {
      dueAt: since,
      dueShard: dueShard(pk, shards, "tell"),
      untoldSequence: sequence,
      overtakenSequences: overtaken.length === 0 ? undefined : overtaken.map(String),
      checkDueAt: dueAt,
    };
  }
  if (dueAt !== undefined) return { dueAt, dueShard: dueShard(pk, shards, "check") };
  if (refund.state !== "needs_review") return { dueAt: undefined, dueShard: undefined };
  // Nothing sweeps this shard. It is for people, who find there what waits for them.
  return { dueAt: refund.checkedAt ?? refund.firstSeenAt, dueShard: dueShard(pk, shards, "person") };
}

const refundItemSchema = z.object({
  pk: z.pipe(
    z.string(),
    z.pipe(
      z.transform(refundOfPk),
      z.custom<RefundIdentity>((refund) => refund !== undefined),
    ),
  ),
  tid: z.string(),
  confirmedTid: z.optional(z.string()),
  askedTids: z._default(z.array(z.string()), []),
  state: z.string(),
  version: count,
  reading: z.optional(readingWordForm),
  code: z.optional(z.string()),
  lastTid: z.optional(z.string()),
  lastDigest: z.optional(z.string()),
  attempts: z._default(count, 0),
  openRung: z._default(count, 0),
  notFoundRung: z._default(count, 0),
  firstSeenAt: instant,
  checkedAt: z.optional(instant),
  seenOpenAt: z.optional(instant),
  unanswered: z.optional(count),
  stalledSince: z.optional(instant),
  answer: z.optional(answerTextForm),
  evidence: z._default(evidenceForm, []),
  sentId: z.optional(msgIdForm),
  leaseOwner: z.optional(z.string()),
  leaseUntil: z.optional(instant),
  partners: z._default(z.array(z.string()), []),
  dueAt: z.optional(instant),
  dueShard: z.optional(z.string()),
  untoldSequence: z.optional(count),
  overtakenSequences: z._default(z.array(digits), []),
  checkDueAt: z.optional(instant),
  verifyRequestedAt: z.optional(instant),
  acknowledged: z.optional(z.string()),
});

/** @throws {UnavailableError} RECORD_UNREADABLE when the item is not a refund as this version of the project knows one */
export function readRefundItem(item: Item, { answerForm }: Pick<RefundLayout, "answerForm">): Refund {
  const parsed = refundItemSchema.safeParse(fromItem(item));
  if (!parsed.success) throw new UnavailableError("RECORD_UNREADABLE", { cause: parsed.error });
  const row = parsed.data;
  const { answer, leaseOwner, leaseUntil, lastTid } = row;
  const untold = untoldIn(row);
  const isKnownState = isRefundState(row.state);
  return {
    ...row.pk,
    tid: row.tid,
    confirmedTid: row.confirmedTid,
    askedTids: row.askedTids,
    state: isKnownState ? (row.state as Refund["state"]) : "pending",
    stateIsNewer: !isKnownState,
    version: row.version,
    reading: row.reading,
    code: row.code,
    lastAsked: lastTid === undefined ? undefined : { tid: lastTid, digest: row.lastDigest },
    attempts: row.attempts,
    openRung: row.openRung,
    notFoundRung: row.notFoundRung,
    firstSeenAt: row.firstSeenAt,
    checkedAt: row.checkedAt,
    seenOpenAt: row.seenOpenAt,
    isAnswered: answer !== undefined && row.unanswered === undefined,
    stalledSince: row.stalledSince,
    answer: answer && {
      version: answer.v,
      at: answer.at,
      latencyMs: answer.ms,
      reading: answer.r,
      matchedBy: answer.by,
      fields: answerForm.fromStored(answer.f),
    },
    evidence: row.evidence,
    sentMsgId: row.sentId,
    lease: leaseOwner === undefined || leaseUntil === undefined ? undefined : { owner: leaseOwner, until: leaseUntil },
    partners: row.partners,
    untold,
    dueAt: nextCheckIn(row, untold),
    verifyRequestedAt: row.verifyRequestedAt,
    acknowledged: row.acknowledged,
  };
}

/** An older version that ends an untold refund takes it out of the index and leaves the sequence. Nobody will tell that one any more. */
function untoldIn(row: z.infer<typeof refundItemSchema>): Untold | undefined {
  const { untoldSequence: sequence, overtakenSequences, dueAt: since, dueShard = "" } = row;
  if (sequence === undefined || since === undefined || !dueShard.startsWith(dueKinds.tell)) return undefined;
  return { sequence, since, overtaken: overtakenSequences.map(Number).toSorted((a, b) => a - b) };
}

function nextCheckIn(row: z.infer<typeof refundItemSchema>, untold: Untold | undefined): number | undefined {
  if (untold !== undefined) return row.checkDueAt;
  return row.dueShard?.startsWith(dueKinds.person) ? undefined : row.dueAt;
}

/** As `readRefundItem`, but undefined where that throws, so that one record does not hinder the others. */
export function readOrUndefined(item: Item, layout: Pick<RefundLayout, "answerForm">): Refund | undefined {
  try {
    return readRefundItem(item, layout);
  } catch {
    return undefined;
  }
}
