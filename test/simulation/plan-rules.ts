import type { Row } from "./observed-table.ts";
import { isNewer, terminalsOf } from "./refund-history.ts";
import type { Hold } from "./world.ts";

/** The waits of a ladder, in ms. */
export type Steps = readonly number[];

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const times = (count: number, ms: number) => Array.from({ length: count }, () => ms);
const hours = (count: number, each: number) => times(count, each * hourMs);

/** The ladders of docs/design.md, and a short one of a deployment; written anew, so that a mistake in reading them shows. */
export const openSteps: Steps = [
  ...times(5, minuteMs),
  ...[5, 10, 20, 30].map((minutes) => minutes * minuteMs),
  ...[hours(1, 1), hours(2, 2), hours(5, 4), hours(8, 6), hours(10, 12)].flat(),
];
export const shortLadder = "1m*3 10m 1h 6h*4";
export const shortSteps: Steps = [...times(3, minuteMs), 10 * minuteMs, hourMs, ...hours(4, 6)];
const notFoundSteps: Steps = [1, 5, 30, 120, 360, 720, 1_440].map((minutes) => minutes * minuteMs);

/** A wait is so much shorter than its step. */
const [longest, shortest] = [0.95, 0.85];
const giveUpAfterMs = 30 * dayMs;
const sum = (steps: Steps) => steps.reduce((a, b) => a + b, 0);
const isTimeUp = (steps: Steps, ageMs: number) => ageMs >= shortest * sum(steps);

type Kind = "settled" | "told" | "unanswered" | "refused" | "refused_us";
const blocked: Readonly<Record<string, Kind>> = {
  credentials: "refused_us",
  configuration: "refused",
  request: "refused",
};
const unanswered = /^unclear\/(timeout|unreachable|unreadable|gateway|transient|locked)$/;

/** What a check has told, as far as the next one goes: the table of readings in docs/design.md. */
export function kindOf(reading: Row[string] | undefined): Kind {
  const [word = "", cause = ""] = String(reading).split("/");
  if (word === "settled") return "settled";
  if (word === "blocked") return blocked[cause] ?? "refused";
  if (word === "mismatch") return "refused";
  return unanswered.test(String(reading)) ? "unanswered" : "told";
}

/** The rules about the next check after one that did not settle. `ladders` are those that the refund may be on. */
export function checkPlan(before: Row, after: Row, ladders: readonly Steps[], hold: Hold): void {
  const kind = kindOf(after.reading);
  const checkedAt = Number(after.checkedAt);
  const ageMs = checkedAt - Number(after.firstSeenAt);
  const isGivenUp = ageMs >= giveUpAfterMs && kind !== "refused_us";
  hold((after.dueAt === undefined) === isGivenUp, "a check is planned, but for refunds of 30 days");
  hold(!isGivenUp || after.state === "needs_review", "what does not end is left to people");
  const isSameKind = before.reading !== undefined && kindOf(before.reading) === kind;
  const since = kind === "told" ? undefined : isSameKind ? (before.stalledSince ?? checkedAt) : checkedAt;
  hold(after.stalledSince === since, "it is known since when checks have told nothing");

  const isDue = before.checkedAt === undefined || Number(before.dueAt ?? Infinity) <= checkedAt;
  // One that a partner has asked for may stand for the one that was due, or not.
  const scheduled = !isDue
    ? [false]
    : after.lastDigest === undefined && before.checkedAt !== undefined
      ? [true]
      : [true, false];
  const isNotFound = after.reading === "not_found";
  const own = isNotFound ? [notFoundSteps] : ladders;
  const rung = Number((isNotFound ? before.notFoundRung : before.openRung) ?? 0);
  checkState(before, after, { kind, own, ladders, rung, scheduled, ageMs, isGivenUp }, hold);
  checkRungs(before, after, kind, scheduled, isGivenUp, hold);
  if (isGivenUp || after.dueAt === undefined) return;

  const waitMs = Number(after.dueAt) - checkedAt;
  const [least, most] = waitsAfter(
    kind,
    after,
    own.map((steps) => steps[rung] ?? (steps.at(-1) as number)),
  );
  const isLocked = after.reading === "unclear/locked";
  hold(waitMs <= Math.max(longest * most + 1, isLocked ? minuteMs : 0), "the next check comes within the step");
  hold(waitMs >= minuteMs || !isLocked, "a locked order is not asked about for a minute");
  const isOwn = !scheduled.includes(false);
  hold(!isOwn || waitMs >= shortest * least - 1, "the next check of the schedule does not come before its time");
  const isBrought = scheduled.includes(true) || isLocked || before.dueAt === undefined;
  hold(isBrought || Number(after.dueAt) <= Number(before.dueAt), "a partner's question puts no check off");
  const hasOthers =
    terminalsOf(after).length > 1 && /^(not_found|mismatch|blocked\/request)$/.test(String(after.reading));
  if (after.lastDigest !== undefined && hasOthers) {
    const isKept = Number(after.dueAt) <= Number(before.dueAt ?? Infinity);
    hold(isKept, "a question by one terminal stands for no check by all");
  }
}

/** The least and the most that the next check is away, before the jitter. */
function waitsAfter(kind: Kind, after: Row, steps: readonly number[]): readonly [number, number] {
  const stalledMs = Number(after.checkedAt) - Number(after.stalledSince ?? after.checkedAt);
  switch (kind) {
    case "unanswered": {
      const quickMs = Math.max(Math.min(minuteMs + 4 * stalledMs, 30 * minuteMs), stalledMs / 48);
      return [Math.min(Math.max(minuteMs, Math.min(stalledMs, 30 * minuteMs)), quickMs), quickMs];
    }
    case "refused": {
      const ms = Math.min(Math.max(stalledMs, hourMs), dayMs);
      return [ms, ms];
    }
    case "refused_us":
      return [30 * minuteMs, 30 * minuteMs];
    default:
      if (after.state === "needs_review") return [dayMs, dayMs];
      return [Math.min(...steps), Math.max(...steps)];
  }
}

type Facts = {
  readonly kind: Kind;
  readonly own: readonly Steps[];
  readonly ladders: readonly Steps[];
  readonly rung: number;
  readonly scheduled: readonly boolean[];
  readonly ageMs: number;
  readonly isGivenUp: boolean;
};

/** Whether a refund is on its ladder or in review, by the rules of docs/design.md. */
function checkState(before: Row, after: Row, facts: Facts, hold: Hold): void {
  const { kind, own, ladders, rung, scheduled, ageMs, isGivenUp } = facts;
  if (isGivenUp || isNewer(before.state)) return;
  const state = String(before.state);
  const exists = /^(processing$|unclear\/unknown$)/.test(String(after.reading));
  const toldState = (steps: Steps, isScheduled: boolean) => {
    if (isScheduled && rung >= steps.length && isTimeUp(steps, ageMs)) return "needs_review";
    return state === "needs_review" && !(exists && !isTimeUp(steps, ageMs)) ? "needs_review" : "pending";
  };
  const isUnknown = Number(before.notFoundRung ?? 0) > 0 && !before.openRung;
  const may =
    kind === "told"
      ? own.flatMap((steps) => scheduled.map((isScheduled) => toldState(steps, isScheduled)))
      : kind === "unanswered"
        ? (isUnknown ? [notFoundSteps] : ladders).map((steps) => (ageMs >= sum(steps) ? "needs_review" : state))
        : [state];
  hold(may.includes(String(after.state)), "a refund is on its ladder until that is spent, and then in review");
}

/** Only checks of the schedule take a step, and only those that told something. */
function checkRungs(
  before: Row,
  after: Row,
  kind: Kind,
  scheduled: readonly boolean[],
  isGivenUp: boolean,
  hold: Hold,
): void {
  const taken = (name: string) => Number(after[name] ?? 0) - Number(before[name] ?? 0);
  const isNotFound = after.reading === "not_found";
  const [own, other] = isNotFound ? ["notFoundRung", "openRung"] : ["openRung", "notFoundRung"];
  const mayTake = kind === "told" && scheduled.includes(true) && !isGivenUp && after.state !== "needs_review";
  const mustTake = mayTake && !scheduled.includes(false);
  hold(
    taken(other) === 0 && taken(own) <= (mayTake ? 1 : 0),
    "a check without an answer, or a partner's, takes no rung",
  );
  hold(taken(own) === (mustTake ? 1 : Math.max(0, Math.min(1, taken(own)))), "a check of the schedule takes its rung");
}

/** The rules about what is kept of a check that gave no answer: docs/data.md, `evidence`. */
export function checkEvidence(before: Row, after: Row, hold: Hold): void {
  type Rows = readonly (readonly unknown[])[];
  const [was, is] = [before, after].map((row): Rows => JSON.parse(String(row.evidence ?? "[]"))) as [Rows, Rows];
  const isAnswered = after.answer !== undefined && after.unanswered === undefined;
  const last = was.at(-1);
  const newest = is.at(-1);
  // Where a check goes by the other terminals too, the first one's answer counts, and its status is not known here.
  const isSame = last?.[0] === after.reading && last?.[1] === (after.code ?? "") && last?.[4] === newest?.[4];
  const others = isAnswered ? is : is.slice(0, -1);
  const older = isAnswered ? was : isSame ? was.slice(0, -1) : was;
  // The excerpt of what came back makes room for an answer.
  const kept = (rows: Rows) => JSON.stringify(rows.map((row) => row.slice(0, 7)));
  const isSuffix = kept(others) === kept(older.slice(older.length - others.length));
  hold(isSuffix, "evidence of before stays as it was");
  const mostKept = Math.min(older.length, isAnswered ? 3 : 2);
  const isFull = JSON.stringify(after).length > 800;
  hold(others.length === mostKept || isFull, "the last three kinds of evidence are kept");
  if (isAnswered) return;
  const isAsSeen =
    newest?.[0] === after.reading && newest?.[1] === (after.code ?? "") && newest?.[3] === after.checkedAt;
  hold(isAsSeen, "a check without an answer is kept as evidence");
  hold(newest?.[2] === (isSame ? Number(last?.[2]) + 1 : 1), "evidence counts the checks that it stands for");
  const isOthers = after.reading === "mismatch";
  hold(!isOthers || !/SUCCESS|FAIL/.test(String(newest?.[7])), "nothing is kept of how another's refund stands");
}
