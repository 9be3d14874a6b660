import type { Invariants } from "./invariants.ts";
import type { Row } from "./observed-table.ts";
import type { Ask, Heard } from "./partners.ts";
import { asSet, terminalsOf, type Version } from "./refund-history.ts";
import type { Record as Questions } from "./upstream.ts";
import { holding, type World } from "./world.ts";

export type ToldDeps = {
  readonly world: World;
  readonly invariants: Invariants;
  readonly questions: ReadonlyMap<string, Questions>;
  readonly skewMs: number;
};

type Body = { readonly [member: string]: unknown } & { readonly recheck?: { readonly [member: string]: unknown } };
type Use = { readonly question: string; readonly until: number };

const finalWords: readonly unknown[] = ["SUCCESS", "FAIL"];
/** An answer is given again for 10 s; a check may take 18 s and its writing down some more. */
const freshMs = 10_000 + 30_000;
/** Card numbers as ChinaUMS has them here. */
export const cards = /6228 ?4812 ?3456|622848123456/;
const keyMs = 72 * 3_600_000;
/** A key is stored until a request that is under way has ended. */
const keptMs = keyMs + 120_000;

/** The rules about what partners are told: the truth, what is stored, and nothing of anybody else's. */
export function createTold({ world, invariants, questions, skewMs }: ToldDeps) {
  const { clock } = world;
  const finals = new Map<string, { readonly at: number; readonly word: unknown }>();
  const keyUses = new Map<string, Use[]>();
  /** What was asked with a key, whatever became of it. */
  const asked = new Map<string, { readonly question: string; readonly at: number }[]>();

  /** A partner sends a request. */
  function onSent({ partner, truth, tid, srcReserve, key, kind }: Ask): void {
    if (key === undefined || kind !== "own") return;
    const id = `${partner.partnerId} ${key} `;
    const question = truth.id + JSON.stringify([tid, srcReserve]);
    asked.set(id, [...(asked.get(id) ?? []).filter((one) => one.question !== question), { question, at: clock.now() }]);
  }

  function onHeard({ ask, askedAt, msgId, answer, servedBy }: Heard): void {
    const { partner, truth, tid, srcReserve, key, kind } = ask;
    const { id } = truth;
    if (answer === undefined) return;
    const hold = holding(
      world,
      () => `${partner.partnerId} about ${id} tid ${tid}: ${answer.statusCode} ${answer.body}`,
    );
    hold(!cards.test(answer.body), "no card number is shown");
    const body: Body = JSON.parse(answer.body);
    const status = answer.statusCode;
    if (kind === "not mine") {
      hold([401, 403, 429].includes(status) || status >= 500, "partners hear of their own merchants");
      return;
    }
    if (kind !== "own") {
      hold(status === 401 || status >= 500, "nobody is let in without a signature");
      return;
    }
    const hasLost = partner.lost?.mid === truth.mid;
    const isQuick = clock.now() - askedAt < 60_000;
    hold(status !== 400 && (status !== 403 || hasLost), "a good request is not refused");
    hold(status !== 401 || !isQuick, "a good proof lets its partner in");

    for (const echo of answer.body.match(/(RSV|MSG)-[\w-]+/g) ?? []) {
      hold(echo === srcReserve || echo === msgId, "nobody hears another's srcReserve or msgId");
    }
    const question = JSON.stringify([tid, srcReserve]);
    const isReplayed = Reflect.get(answer.headers, "Idempotent-Replayed") !== undefined;
    hold(
      !isReplayed || (key !== undefined && body.recheck?.final === true),
      "only what is final is replayed, and by a key",
    );
    const retryAfter = Number(Reflect.get(answer.headers, "Retry-After") ?? 0);
    hold(status !== 409 || (retryAfter >= 1 && retryAfter <= 30), "who is sent away is told when to come back");
    hold(status !== 422 || key !== undefined, "only a key is used again");
    if (key !== undefined) {
      const id_ = `${partner.partnerId} ${key} `;
      const isUsedUp = (use: Use) => use.until <= clock.now() - 2 * skewMs;
      const uses = (keyUses.get(id_) ?? []).filter((use) => !isUsedUp(use));
      const whole = `${id}${question}`;
      const isOther = (asked.get(id_) ?? []).some((one) => one.question !== whole && one.at > clock.now() - keptMs);
      hold(status !== 422 || isOther, "a key is refused only where it stands for another question");
      keyUses.set(id_, uses);
      if (status === 200)
        hold(
          uses.every((use) => use.question === whole || use.until <= clock.now()),
          "a key stands for one question",
        );
      const expires = Reflect.get(answer.headers, "Idempotency-Key-Expires");
      hold(status !== 200 || expires !== undefined, "a key that is answered is remembered");
      const isStored = expires === undefined || invariants.hasKeyUntil(Date.parse(String(expires)));
      hold(isStored, "a key that is told of is stored");
      if (expires !== undefined) {
        hold(Date.parse(String(expires)) <= clock.now() + keyMs + skewMs, "a key lasts for three days");
        uses.push({ question: whole, until: Math.min(Date.parse(String(expires)), askedAt + keyMs) - 2 * skewMs });
      }
    }

    const { recheck } = body;
    const versions = invariants.since(id, askedAt);
    if (status === 409) {
      const isOwn = ({ row, writer, at }: Version) =>
        writer === servedBy && at >= askedAt && Number(row.leaseUntil) > clock.now();
      hold(!versions.slice(-1).some(isOwn), "a request waits for others, never for itself");
    }
    const claimed = versions.find(
      ({ row, writer, at }) => writer === servedBy && at >= askedAt && row.leaseOwner !== undefined && row.tid === tid,
    );
    const isRemembered = claimed === undefined || isKnownTo(claimed.row, partner.partnerId, tid);
    hold(isRemembered, "who asks about a refund is remembered");
    const told = finals.get(id);
    if (recheck !== undefined) {
      const stored = versions.find(({ row }) => isAsStored(recheck, row));
      hold(stored !== undefined, "what is told is what is stored");
      const isOwn = stored?.writer === servedBy && stored.at >= askedAt;
      if (isOwn && status === 200) hold(recheck.source === "upstream", "a check of its own is not told as another's");
      hold(told === undefined || told.at > askedAt || recheck.final === true, "what was final stays final");
    }
    if (finalWords.includes(body.refundStatus)) hold(recheck?.final === true, "no final word without a final state");
    if (recheck?.final === true) {
      hold(status === 200, "a final refund is answered");
      const word = recheck.state === "succeeded" ? "SUCCESS" : "FAIL";
      hold(body.refundStatus === word, "a final answer says what the state says");
      hold(told === undefined || told.word === word, "a final answer never changes");
      hold(questions.get(id)?.proofs.has(word) === true, "no final answer without proof that was really sent");
      finals.set(id, told ?? { at: clock.now(), word });
    }
    if (status !== 200) return;

    hold(body.mid === undefined || body.mid === truth.mid, "an answer is about the merchant asked for");
    const numbers = [body.refundOrderId, body.merOrderId].filter((number) => number !== undefined);
    hold(numbers.length === 0 || numbers.includes(truth.merOrderId), "an answer is about the refund asked for");
    const { errCode } = body;
    if (recheck?.final === true || !["SUCCESS", "NO_ORDER", "BAD_REQUEST"].includes(String(errCode))) return;
    // What only a newer version understands is told as it is on record, however old.
    if (versions.some(({ row }) => /^newer/.test(String(row.state)))) return;
    const since = askedAt - freshMs - 2 * skewMs;
    const sent = questions.get(id)?.sent.filter((one) => one.at >= since && one.errCode === errCode) ?? [];
    hold(sent.length > 0, "what is told was said by ChinaUMS a moment ago");
    if (errCode === "NO_ORDER")
      hold(
        sent.some(({ asked }) => asked.tid === tid),
        "an answer is given to the question it was given for",
      );
    if (errCode === "BAD_REQUEST") {
      const isSame = sent.some(({ asked }) => asked.tid === tid && asked.srcReserve === srcReserve);
      hold(isSame, "an objection is given to the question it was made to");
    }
  }

  return { onSent, onHeard };
}

/** True if a refund is a partner's, and may be asked about by its terminal, of which four are kept. */
export function isKnownTo(row: Row, partnerId: string, tid: string): boolean {
  const isKnownTid = terminalsOf(row).includes(tid) || asSet(row.askedTids).length >= 4;
  return asSet(row.partners).includes(partnerId) && isKnownTid;
}

/** True if what a partner hears of a refund is what a row says. */
export function isAsStored(recheck: { readonly [member: string]: unknown }, row: Row): boolean {
  const instant = (value: unknown) => (value === undefined ? null : new Date(Number(value)).toISOString());
  return (
    (recheck.state === row.state || (/^newer/.test(String(row.state)) && recheck.final === false)) &&
    recheck.checkedAt === instant(row.checkedAt) &&
    recheck.nextCheckAt === instant(row.dueAt) &&
    recheck.attempts === (row.attempts ?? 0)
  );
}
