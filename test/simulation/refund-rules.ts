import { isDeepStrictEqual } from "node:util";
import type { Row } from "./observed-table.ts";
import { checkEvidence, checkPlan, kindOf, type Steps } from "./plan-rules.ts";
import { asSet, finalWords, isFinalRow, isNewer, terminalsOf } from "./refund-history.ts";
import type { Record as Questions } from "./upstream.ts";
import { type Hold, holding, type World } from "./world.ts";

/** What a partner has asked with and been let in, by refund. */
export type Askers = { readonly tids: Set<string>; readonly partners: Set<string> };

export type RefundRulesDeps = {
  readonly world: World;
  readonly questions: ReadonlyMap<string, Questions>;
  readonly askers: ReadonlyMap<string, Askers>;
  /** The ladders that a refund of a product may be on, if it exists. */
  readonly laddersOf: (instMid: string) => readonly Steps[];
  /** Clocks differ by no more. */
  readonly slackMs: number;
  /** An item as it is stored now. */
  readonly stored: (pk: string, sk: string) => Row | undefined;
};

/** A write of a refund's own item. Rows have their next check as `dueAt`. */
export type RefundWrite = {
  readonly id: string;
  readonly before: Row | undefined;
  readonly after: Row;
  readonly writer: string;
};

const openStates: readonly unknown[] = ["pending", "needs_review"];
/** Of a final refund nothing changes but the request to verify it, what is still to be told, and when. */
const mayChangeWhenFinal = [
  "version",
  "dueAt",
  "dueShard",
  "verifyRequestedAt",
  "untoldSequence",
  "overtakenSequences",
  "checkDueAt",
];
const minuteMs = 60_000;
const maxAskedTids = 4;

/** The rules that hold after every write of a refund, whoever has written. */
export function createRefundRules(deps: RefundRulesDeps): (write: RefundWrite) => void {
  const { world, questions, askers, laddersOf, slackMs, stored } = deps;

  return (write) => {
    const { id, before, after, writer } = write;
    const now = world.clock.now();
    const hold = holding(world, () => `${id} by ${writer}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`);
    const was = (name: string) => before?.[name];

    hold(after.version === Number(was("version") ?? 0) + 1, "the version grows by one with every write");
    hold(before === undefined || after.firstSeenAt === was("firstSeenAt"), "a refund is first seen once");
    const grown = ["attempts", "openRung", "notFoundRung"].map(
      (name) => Number(after[name] ?? 0) - Number(was(name) ?? 0),
    );
    hold(
      grown.every((by) => by === 0 || by === 1),
      "counters grow by one at most",
    );
    if (!isNewer(writer)) checkNewer(write, hold);
    if (isFinalRow(before)) checkFinalKept(before as Row, after, hold);
    else if (isFinalRow(after)) checkNewFinal(id, after, hold);
    else hold(openStates.includes(after.state) || isNewer(after.state), "a state is one that is known");
    const isOfKind = /^[tp]?([0-9]|1[0-5])$/.test(String(after.dueShard ?? "0"));
    hold(isOfKind, "a shard is one that is swept, or that people look into");

    checkTime(write, now, hold);
    if (after.checkedAt !== undefined && after.checkedAt !== was("checkedAt") && !isNewer(writer))
      checkCheck(write, now, hold);
    checkClaim(write, now, hold);
    checkAsked(write, hold);
    const replaced = was("answer") === undefined ? undefined : JSON.parse(String(was("answer")));
    if (replaced !== undefined && JSON.parse(String(after.answer ?? "{}")).v !== replaced.v) {
      const kept = stored(`REFUND#${id}`, `ANSWER#${String(replaced.v).padStart(6, "0")}`);
      hold(kept !== undefined, "an answer that is replaced is kept");
    }
  };

  function checkNewer({ before = {}, after }: RefundWrite, hold: Hold): void {
    for (const [name, value] of Object.entries(before)) {
      if (isNewer(name)) hold(isDeepStrictEqual(after[name], value), "what a version does not know, it keeps");
    }
    hold(!isNewer(before.state) || after.state === before.state, "a state of a newer version is left alone");
  }

  function checkFinalKept(before: Row, after: Row, hold: Hold): void {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const mayChange = mayChangeWhenFinal.includes(name);
      hold(mayChange || isDeepStrictEqual(after[name], before[name]), "nothing final is overwritten");
    }
    const isRequested = after.verifyRequestedAt !== undefined;
    hold((after.dueAt !== undefined) === isRequested, "a final refund is due only where it is to be verified");
  }

  function checkNewFinal(id: string, after: Row, hold: Hold): void {
    const word = finalWords[String(after.state)] as string;
    hold(questions.get(id)?.proofs.has(word) === true, "no final state without proof that was really sent");
    hold(after.dueAt === undefined, "a final refund is not due");
    hold(after.leaseUntil === undefined, "a final refund is not leased");
    hold(String(after.answer).includes(`"${word}"`), "a final refund keeps the answer that proved it");
    hold(after.reading === `settled/${after.state}`, "a final refund has the reading that proved it");
  }

  function checkTime({ before, after }: RefundWrite, now: number, hold: Hold): void {
    if (before === undefined) {
      const seenAgoMs = now - Number(after.firstSeenAt);
      hold(seenAgoMs > -minuteMs, "a refund is not first seen in the future");
      // Who makes it may be frozen before the write, and write after it has thawed. The refund is free and due at once then.
      const isHeld = after.leaseUntil !== undefined && Number(after.leaseUntil) > now;
      hold(!isHeld || seenAgoMs < minuteMs, "a refund is first seen when it is claimed");
      hold(Number(after.dueAt) <= now + minuteMs + slackMs, "a refund that is new is due within a minute");
    }
    if (isFinalRow(after)) return;
    const ageMs = now - Number(after.firstSeenAt);
    const isLeftToPeople = after.state === "needs_review" && ageMs >= 30 * 86_400_000 - slackMs;
    hold(after.dueAt !== undefined || isLeftToPeople, "what is not final is due, or left to people by its age");
    hold(!/^settled/.test(String(after.reading)), "what is settled is final");
  }

  function checkCheck({ id, before = {}, after }: RefundWrite, now: number, hold: Hold): void {
    const kind = kindOf(after.reading);
    const isCounted = !/^blocked/.test(String(after.reading));
    const attempts = Number(after.attempts ?? 0) - Number(before.attempts ?? 0);
    hold(attempts === (isCounted ? 1 : 0), "a check is counted unless it was refused");
    hold(Number(after.checkedAt) <= now + slackMs, "a check is not made in the future");
    hold(after.leaseUntil === undefined, "a check gives the lease back");
    hold(
      after.seenOpenAt === (kind === "told" ? after.checkedAt : before.seenOpenAt),
      "it is known when it was last open",
    );
    const isOfIt = /^(processing$|settled|unclear\/unknown$)/.test(String(after.reading));
    hold(!isOfIt || after.confirmedTid === after.lastTid, "a terminal is confirmed by an answer about the refund");
    hold(isOfIt || after.confirmedTid === before.confirmedTid, "no terminal is confirmed by any other answer");
    checkEvidence(before, after, hold);
    if (isFinalRow(after)) return;
    checkPlan(before, after, laddersOf(id.split("#")[1] ?? ""), hold);
  }

  function checkClaim({ before, after }: RefundWrite, now: number, hold: Hold): void {
    if (after.leaseOwner === undefined || after.leaseOwner === before?.leaseOwner) return;
    if (before?.reading === "processing" && before.answer !== undefined && before.unanswered === undefined) {
      hold(now - Number(before.checkedAt) > 9_000 - slackMs, "an answer of a moment ago is given again");
    }
    hold(Number(before?.leaseUntil ?? 0) <= now + slackMs, "a lease is taken only where it has ended");
    hold(Number(after.leaseUntil) <= now + minuteMs + slackMs, "a lease ends within a minute");
    if (before === undefined) return;
    // Partners are told first of one that nobody checks any more; that makes it due when the lease ends.
    const isSoon = Number(after.dueAt) <= now + minuteMs + slackMs || /^t/.test(String(after.dueShard));
    hold(before.dueAt === undefined ? isSoon : after.dueAt === before.dueAt, "a claim leaves the next check as it was");
  }

  function checkAsked({ id, before, after }: RefundWrite, hold: Hold): void {
    const asked = askers.get(id) ?? { tids: new Set(), partners: new Set() };
    const partners = asSet(after.partners);
    hold(
      [String(after.tid), ...asSet(after.askedTids)].every((tid) => asked.tids.has(tid)),
      "terminals were asked with",
    );
    hold(
      partners.every((partner) => asked.partners.has(partner)),
      "partners have asked",
    );
    hold(
      asSet(before?.partners).every((partner) => partners.includes(partner)),
      "partners are not forgotten",
    );
    const isKept = terminalsOf(before).every((tid) => terminalsOf(after).includes(tid));
    hold(isKept || asSet(after.askedTids).length === maxAskedTids, "terminals are not forgotten");
    const { confirmedTid } = after;
    const isTrue = confirmedTid === undefined || questions.get(id)?.tids.has(String(confirmedTid)) === true;
    hold(isTrue, "a confirmed terminal was answered by");
  }
}
