import type { Check } from "../../shared/refund/check.ts";
import { newRefund } from "../../shared/refund/claim-refund.ts";
import type { Reading } from "../../shared/refund/reading.ts";
import { type Ladders, openLadderOf, withJitter } from "../../shared/refund/recheck-ladder.ts";
import { recordCheck } from "../../shared/refund/record-check.ts";
import { isFinal, type Refund } from "../../shared/refund/refund.ts";
import type { TrueRefund } from "./mix.ts";
import type { Peer } from "./peers.ts";

/** What becomes of questions. */
export type Answers = {
  /** Whether ChinaUMS answers one that is put at an instant. */
  readonly at: (at: number) => boolean;
  /** When it can be known that a refund has become final: at once, or when the outage ends in which it did. */
  readonly knowableAt: (finalAt: number) => number;
};

/** How a refund was found out: by so many questions, and so much later than it could be. `isFound` is false if it never was. */
export type Found = { readonly questions: number; readonly delayMs: number; readonly isFound: boolean };

const sweepMs = 60_000;
/** When people find out what no question did. */
const byPeopleMs = 30 * 86_400_000;
const settled: Reading = { kind: "settled", outcome: "succeeded" };
const processing: Reading = { kind: "processing" };
const timedOut: Reading = { kind: "unclear", cause: "timeout" };
const checks = new Map<Reading, Check>([settled, processing, timedOut].map((reading) => [reading, checkOf(reading)]));

function checkOf(reading: Reading): Check {
  const nothing = {
    code: undefined,
    answer: undefined,
    matchedBy: undefined,
    upstreamMsgId: undefined,
    cameBack: undefined,
  };
  return { reading, ...nothing, isSameAnswerAs: () => true, latencyMs: 0 };
}

/** Has the service's own rules follow a refund: the partner's question when it is made, and then the sweeps of each minute. */
export function followByService(
  { instMid, madeAt, settleMs }: TrueRefund,
  { ladders, answers, random }: { ladders: Ladders; answers: Answers; random: () => number },
): Found & { readonly refund: Refund } {
  const asked = { tid: "88880001", digest: undefined };
  const identity = { mid: "898310148160568", instMid, merOrderId: `R-${madeAt}` };
  const firstStep = withJitter(openLadderOf(ladders, instMid)[0] ?? 0, random);
  const phase = Math.floor(random() * sweepMs);
  let refund = newRefund({ identity, asked, partnerId: "p", now: madeAt, dueAt: madeAt + firstStep, lease: undefined });
  const finalAt = madeAt + settleMs;
  const knowableAt = answers.knowableAt(finalAt);
  for (let now = madeAt, questions = 1; ; questions++) {
    const reading = !answers.at(now) ? timedOut : now >= finalAt ? settled : processing;
    refund = recordCheck(refund, checks.get(reading) as Check, { asked, now, random, ladders });
    if (isFinal(refund.state)) return { questions, delayMs: now - knowableAt, isFound: true, refund };
    if (refund.dueAt === undefined)
      return { questions, delayMs: madeAt + byPeopleMs - knowableAt, isFound: false, refund };
    now = Math.ceil((refund.dueAt - phase) / sweepMs) * sweepMs + phase;
  }
}

/** Has another project's schedule follow a refund. */
export function followByPeer(
  { madeAt, settleMs }: TrueRefund,
  { peer, answers }: { peer: Peer; answers: Answers },
): Found {
  const knowableAt = answers.knowableAt(madeAt + settleMs);
  for (let age = 0, asked = 0; ; ) {
    const next = peer.nextAge(age, asked);
    if (next === undefined || next > byPeopleMs) {
      return { questions: asked, delayMs: madeAt + byPeopleMs - knowableAt, isFound: false };
    }
    age = next;
    asked++;
    if (age >= settleMs && answers.at(madeAt + age)) {
      return { questions: asked, delayMs: madeAt + age - knowableAt, isFound: true };
    }
  }
}
