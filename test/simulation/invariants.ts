import { isDeepStrictEqual } from "node:util";
import { defaultLadders, totalMs } from "../../shared/refund/recheck-ladder.ts";
import type { Change, Row } from "./observed-table.ts";
import type { Process } from "./process.ts";
import type { Record as Questions } from "./upstream.ts";
import type { World } from "./world.ts";

/** The refund as stored at some time, as far as partners are told of it. */
export type Version = { readonly at: number; readonly row: Row; readonly writer: string };

/** What a partner has asked with and been let in, by refund. */
export type Askers = { readonly tids: Set<string>; readonly partners: Set<string> };

export type InvariantsDeps = {
  readonly world: World;
  readonly questions: ReadonlyMap<string, Questions>;
  readonly askers: ReadonlyMap<string, Askers>;
  /** How long the shortest ladder lasts that a refund which exists may be on. */
  readonly ladderMs: number;
  /** Two clocks may differ by so much. */
  readonly skewMs: number;
  /** Texts that must never be stored or logged. */
  readonly secrets: RegExp;
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const openStates: readonly unknown[] = ["pending", "needs_review"];
const finalWords: Readonly<{ [state: string]: string }> = { succeeded: "SUCCESS", failed: "FAIL" };
/** An answer that another terminal may get otherwise. */
const byTerminal = /^(not_found|mismatch|blocked\/request)$/;
const unanswered = /^unclear\/(timeout|unreachable|unreadable|gateway|transient)$/;
/** Of a final refund nothing changes but the request to verify it, what is still to be told, and when. */
const mayChangeWhenFinal = new Set([
  "version",
  "dueAt",
  "dueShard",
  "verifyRequestedAt",
  "untoldSequence",
  "overtakenSequences",
  "checkDueAt",
]);
/** Attributes that only a newer version of the service writes begin so. */
const newer = /^newer/;
const keptVersions = 200;
const notFoundMs = totalMs(defaultLadders.notFound);

/** The row with its next check as `dueAt`, where partners are told of it first, or where it is left to people. */
function asPlanned(row: Row): Row {
  if (!/^[tp]/.test(String(row.dueShard))) return row;
  const { dueAt: _, checkDueAt, ...others } = row;
  return checkDueAt === undefined ? others : { ...others, dueAt: checkDueAt, checkDueAt };
}

export function isFinalRow(row: Row | undefined): boolean {
  return row !== undefined && finalWords[String(row.state)] !== undefined;
}

/** The rules that hold after every single write, whoever has written. */
export function createInvariants({ world, questions, askers, ladderMs, skewMs, secrets }: InvariantsDeps) {
  const { clock } = world;
  const history = new Map<string, Version[]>();
  const finalSince = new Map<string, number>();
  const askedSince = new Map<string, number>();
  const due = new Map<string, Row>();
  const keyExpiries = new Set<number>();
  const slackMs = 2 * skewMs + 10;
  const number = (value: unknown) => (typeof value === "number" ? value : undefined);
  const asSet = (value: unknown) => (Array.isArray(value) ? value : []) as string[];

  function checkRefund(id: string, before: Row | undefined, after: Row, writer: string, stored: Stored): void {
    const now = clock.now();
    const hold = (isTrue: boolean, rule: string) => {
      if (!isTrue)
        world.violate(rule, `${id} written by ${writer}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`);
    };
    const state = String(after.state);
    const isFinal = isFinalRow(after);
    const was = (name: string) => before?.[name];
    const grown = (name: string, most: number) => {
      const by = (number(after[name]) ?? 0) - (number(was(name)) ?? 0);
      return by >= 0 && by <= most;
    };

    hold(after.version === (number(was("version")) ?? 0) + 1, "the version grows by one with every write");
    hold(before === undefined || after.firstSeenAt === was("firstSeenAt"), "a refund is first seen once");
    hold(grown("attempts", 1) && grown("openRung", 1) && grown("notFoundRung", 1), "counters grow by one at most");
    for (const [name, value] of Object.entries(before ?? {})) {
      if (newer.test(name) && !newer.test(writer))
        hold(isDeepStrictEqual(after[name], value), "what a version does not know, it keeps");
    }
    if (newer.test(String(was("state"))) && !newer.test(writer))
      hold(after.state === was("state"), "a state of a newer version is left alone");

    if (isFinalRow(before)) {
      for (const name of new Set([...Object.keys(before ?? {}), ...Object.keys(after)])) {
        if (mayChangeWhenFinal.has(name)) continue;
        hold(isDeepStrictEqual(after[name], was(name)), "nothing final is overwritten");
      }
      const isRequested = after.verifyRequestedAt !== undefined;
      hold((after.dueAt !== undefined) === isRequested, "a final refund is due only where it is to be verified");
    } else if (isFinal) {
      const word = finalWords[state] as string;
      hold(questions.get(id)?.proofs.has(word) === true, "no final state without proof that was really sent");
      hold(after.dueAt === undefined, "a final refund is not due");
      hold(after.leaseUntil === undefined, "a final refund is not leased");
      hold(String(after.answer).includes(`"${word}"`), "a final refund keeps the answer that proved it");
      hold(after.reading === `settled/${state}`, "a final refund has the reading that proved it");
      finalSince.set(id, now);
    } else if (openStates.includes(state)) {
      const ageMs = now - Number(after.firstSeenAt);
      const isLeftToPeople = state === "needs_review" && ageMs >= 30 * dayMs - slackMs;
      hold(after.dueAt !== undefined || isLeftToPeople, "what is not final is due, or left to people by its age");
      hold(!/^settled/.test(String(after.reading)), "what is settled is final");
    } else hold(newer.test(state), "a state is one that is known");
    if (after.dueShard !== undefined)
      hold(
        /^[tp]?([0-9]|1[0-5])$/.test(String(after.dueShard)),
        "a shard is one that is swept, or that people look into",
      );

    const isCheck = after.checkedAt !== undefined && after.checkedAt !== was("checkedAt") && !newer.test(writer);
    if (isCheck && !isFinal) checkPlan(before, after, hold);
    if (isCheck) {
      const isBlocked = /^blocked/.test(String(after.reading));
      hold(
        (number(after.attempts) ?? 0) === (number(was("attempts")) ?? 0) + (isBlocked ? 0 : 1),
        "a check is counted unless it was refused",
      );
      hold(Number(after.checkedAt) <= now + slackMs, "a check is not made in the future");
      hold(after.leaseUntil === undefined, "a check gives the lease back");
    }
    if (before === undefined) {
      const seenAgoMs = now - Number(after.firstSeenAt);
      hold(seenAgoMs > -60_000, "a refund is not first seen in the future");
      // A registration may be frozen before its write, and write after it has thawed. The refund is due at once then.
      const isClaimed = after.leaseUntil !== undefined;
      hold(!isClaimed || seenAgoMs < 60_000, "a refund is first seen when it is claimed");
    }
    if (state === "needs_review" && was("state") === "pending") {
      const ageMs = now - Number(after.firstSeenAt);
      hold(
        ageMs >= Math.min(ladderMs, notFoundMs) * 0.85 - slackMs,
        "a refund is left to people after its ladder's time",
      );
    }
    if (isCheck && /^(processing$|settled|unclear\/unknown$)/.test(String(after.reading))) {
      hold(after.confirmedTid === after.lastTid, "a terminal is confirmed by an answer about the refund");
    }
    const lease = number(was("leaseUntil")) ?? 0;
    const isClaim = after.leaseOwner !== undefined && after.leaseOwner !== was("leaseOwner");
    if (isClaim && was("reading") === "processing" && was("answer") !== undefined && was("unanswered") === undefined) {
      hold(now - Number(was("checkedAt")) > 9_000 - slackMs, "an answer of a moment ago is given again");
    }
    if (isClaim) {
      hold(lease <= now + slackMs, "a lease is taken only where it has ended");
      hold(
        number(after.leaseUntil) !== undefined && Number(after.leaseUntil) <= now + 60_000 + slackMs,
        "a lease ends within a minute",
      );
    }

    const asked = askers.get(id) ?? { tids: new Set(), partners: new Set() };
    hold(asked.tids.has(String(after.tid)), "a terminal was asked with");
    hold(
      asSet(after.askedTids).every((tid) => asked.tids.has(tid)),
      "terminals were asked with",
    );
    hold(
      asSet(after.partners).every((partner) => asked.partners.has(partner)),
      "partners have asked",
    );
    hold(
      asSet(was("partners")).every((partner) => asSet(after.partners).includes(partner)),
      "partners are not forgotten",
    );
    const isKept = terminalsOf(before).every((tid) => terminalsOf(after).includes(tid));
    hold(isKept || asSet(after.askedTids).length === 4, "terminals are not forgotten");
    if (after.confirmedTid !== undefined) {
      hold(questions.get(id)?.tids.has(String(after.confirmedTid)) === true, "a confirmed terminal was answered by");
    }
    const replaced = was("answer") === undefined ? undefined : JSON.parse(String(was("answer")));
    if (replaced !== undefined && JSON.parse(String(after.answer ?? "{}")).v !== replaced.v) {
      const kept = stored(`REFUND#${id}`, `ANSWER#${String(replaced.v).padStart(6, "0")}`);
      hold(kept !== undefined, "an answer that is replaced is kept");
    }
    for (const tid of [String(after.tid), ...asSet(after.askedTids)]) {
      if (!askedSince.has(`${id} ${tid}`)) askedSince.set(`${id} ${tid}`, now);
    }
    if (after.dueAt === undefined) due.delete(id);
    else due.set(id, after);
    const versions = history.get(id) ?? [];
    history.set(id, versions);
    versions.push({ at: now, row: after, writer });
    if (versions.length > keptVersions) versions.splice(0, keptVersions / 2);
  }

  /** All terminals that a refund may still be asked by. */
  function terminalsOf(row: Row | undefined): string[] {
    const { tid, confirmedTid = tid, askedTids } = row ?? {};
    return [...new Set([tid, confirmedTid, ...asSet(askedTids)])].filter((one) => one !== undefined).map(String);
  }

  /** When the next check comes after one that did not settle: docs/design.md, the ladders and the quick retries. */
  function checkPlan(before: Row | undefined, after: Row, hold: (isTrue: boolean, rule: string) => void): void {
    if (after.dueAt === undefined) return;
    const checkedAt = Number(after.checkedAt);
    const waitMs = Number(after.dueAt) - checkedAt;
    const stalledMs = checkedAt - Number(after.stalledSince ?? checkedAt);
    const isStalledAnew = before?.stalledSince === undefined || after.stalledSince !== before.stalledSince;
    hold(waitMs <= dayMs, "a step of a ladder is never exceeded");
    if (unanswered.test(String(after.reading))) {
      const hasStepped = after.openRung !== before?.openRung || after.notFoundRung !== before?.notFoundRung;
      hold(!hasStepped && after.stalledSince !== undefined, "a check without an answer takes no rung");
      const mostMs = Math.max(30 * 60_000, stalledMs / 48) + slackMs;
      hold(waitMs <= mostMs, "a check without an answer takes no step");
      hold(!isStalledAnew || waitMs <= 60_000 + slackMs, "the first retry comes within a minute");
    }
    if (after.reading === "processing" && after.state === "pending") {
      hold(waitMs <= 12 * hourMs, "a refund that exists is checked every twelve hours");
    }
    const isYoung = checkedAt - Number(after.firstSeenAt) < ladderMs * 0.85 - slackMs;
    if (after.reading === "processing" && isYoung)
      hold(after.state === "pending", "a refund that exists is on its ladder");
    const hasOthers = terminalsOf(after).length > 1 && byTerminal.test(String(after.reading));
    if (after.lastDigest !== undefined && hasOthers) {
      hold(
        Number(after.dueAt) <= Number(before?.dueAt ?? Infinity),
        "a question by one terminal stands for no check by all",
      );
    }
    if (String(after.reading) === "unclear/locked")
      hold(waitMs >= 60_000, "a locked order is not asked about for a minute");
  }

  type Stored = (pk: string, sk: string) => Row | undefined;

  function checkOther({ pk, sk, before, after }: Change, writer: string): void {
    const now = clock.now();
    const hold = (isTrue: boolean, rule: string) => {
      if (!isTrue) world.violate(rule, `${pk} ${sk} written by ${writer}: ${difference(before, after)}`);
    };
    if (sk.startsWith("ANSWER#"))
      hold(before === undefined || before.fields === after.fields, "a kept answer never changes");
    if (sk.startsWith("AUDIT#")) {
      const state = String(history.get(pk.slice("REFUND#".length))?.at(-1)?.row.state);
      const told = String(after.reading).replace("settled/", "");
      const isOpposite = /^(succeeded|failed)$/.test(told) && told !== state;
      hold(/^(succeeded|failed)$/.test(state), "what is verified is final");
      hold(isOpposite === (after.contradicts === 1) || told === "processing", "a contradiction is told as one");
    }
    if (pk.startsWith("KEY#")) {
      keyExpiries.add(Number(after.expiresAt));
      hold(before === undefined || Number(before.expiresAt) <= now + slackMs, "a key stands for one question");
    }
    if (pk.startsWith("SWEEP#")) {
      const isTaken = before !== undefined && before.leaseOwner !== after.leaseOwner;
      hold(!isTaken || Number(before.leaseUntil) <= now + slackMs, "a group is swept by one at a time");
      hold(Number(after.leaseUntil) <= now + 60_000 + slackMs, "the right to sweep ends within a minute");
    }
    if (pk.startsWith("TOKEN#")) {
      hold(after.version === Number(before?.version ?? 0) + 1, "the version grows by one with every write");
    }
  }

  return {
    /** Checks a write that has just taken effect. */
    onWrite(changes: readonly Change[], writer: string, stored: Stored): void {
      for (const change of changes) {
        const { pk, sk, before, after } = change;
        world.note(
          "write",
          `${writer} ${pk} ${sk} v${after.version ?? "-"} ${after.state ?? ""} ${after.reading ?? ""} due ${after.dueAt ?? "-"}`,
        );
        if (secrets.test(JSON.stringify(after))) world.violate("nothing secret is stored", `${pk} ${sk}`);
        if (sk === "STATE") {
          if ((after.dueAt === undefined) !== (after.dueShard === undefined))
            world.violate("what is due is in the index", `${pk}: ${JSON.stringify(after)}`);
          checkRefund(pk.slice("REFUND#".length), before && asPlanned(before), asPlanned(after), writer, stored);
        }
        if (sk !== "STATE") checkOther(change, writer);
      }
    },

    /** A question about a refund has come to ChinaUMS. */
    onQuestion(id: string, process: Process): void {
      world.note("question", `${process.name} ${id}`);
      // One that has stood still goes on with what it had begun.
      if (process.wasFrozen()) return;
      const since = finalSince.get(id);
      const now = clock.now();
      const versions = history.get(id) ?? [];
      const claim = versions.findLast(({ row }, i) => row.leaseOwner !== versions[i - 1]?.row.leaseOwner);
      const isLeased = Number(versions.at(-1)?.row.leaseUntil ?? 0) > now + slackMs;
      if (isLeased && claim !== undefined && claim.at < process.invokedAt() && claim.writer !== process.name) {
        world.violate(
          "what is leased is not asked about by another",
          `${id} by ${process.name}, leased by ${claim.writer}`,
        );
      }
      const row = history.get(id)?.at(-1)?.row;
      if (since === undefined || now - since < sweepMs || row?.verifyRequestedAt !== undefined) return;
      const wasRequested = history
        .get(id)
        ?.some(({ at, row }) => at > now - sweepMs && row.verifyRequestedAt !== undefined);
      if (!wasRequested) world.violate("a final refund is not asked about", `${id} by ${process.name}`);
    },

    /** What was stored of a refund at any moment since an instant, oldest first. */
    since(id: string, instant: number): readonly Version[] {
      const versions = history.get(id) ?? [];
      const first = versions.findLastIndex(({ at }) => at <= instant);
      return versions.slice(Math.max(first, 0));
    },

    latest: (id: string): Row | undefined => history.get(id)?.at(-1)?.row,
    isOpen: (id: string): boolean => history.has(id) && !finalSince.has(id),
    finalSince: (id: string) => finalSince.get(id),
    /** True if a key is stored that ends at an instant. */
    hasKeyUntil: (instant: number) => keyExpiries.has(instant),

    /** When a terminal came to be among those that a refund was asked with. */
    askedSince: (id: string, tid: string) => askedSince.get(`${id} ${tid}`),

    /** Refunds of some shards that have been due and free all the time since before an instant. */
    leftDue: (shards: readonly string[], since: number): readonly string[] =>
      [...due].flatMap(([id, row]) => {
        const last = history.get(id)?.at(-1);
        const wasDue = Number(row.dueAt) < since && last !== undefined && last.at < since;
        const isFree = Number(row.leaseUntil ?? 0) < since && !newer.test(String(row.state));
        return wasDue && isFree && shards.includes(String(row.dueShard)) ? [id] : [];
      }),

    /** When the earliest refund of some shards is due, as the table has it. */
    earliestDueAt(shards: readonly string[]): number | undefined {
      let earliest: number | undefined;
      for (const row of due.values()) {
        const dueAt = Number(row.dueAt);
        if (dueAt < (earliest ?? Infinity) && shards.includes(String(row.dueShard))) earliest = dueAt;
      }
      return earliest;
    },
  };
}

/** A sweep may hold a page that it has read for as long as it lives. */
const sweepMs = 310_000;

export type Invariants = ReturnType<typeof createInvariants>;

/** What a write has changed, in words. */
function difference(before: Row | undefined, after: Row): string {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after)])];
  const changed = names.filter((name) => !isDeepStrictEqual(before?.[name], after[name]));
  return changed
    .map((name) => `${name} ${JSON.stringify(before?.[name])} -> ${JSON.stringify(after[name])}`)
    .join(", ");
}
