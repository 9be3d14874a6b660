import { progressOf } from "../../shared/refund/progress.ts";
import { type Ladder, type Ladders, openLadderOf, totalMs } from "../../shared/refund/recheck-ladder.ts";
import { isFinal, type Refund } from "../../shared/refund/refund.ts";
import type { Both } from "../language.ts";
import type { View } from "../view.ts";
import { duration } from "./instant.ts";

const words = {
  final: ["It is final, so it is not checked again.", "已是终态，不再复查。"],
  verify: [
    "An operator has asked to verify it; the next sweep does, and changes nothing.",
    "运维要求复核，下次扫描执行，不改变结果。",
  ],
  byHand: ["It is 30 days old. Only a person has it checked again.", "已满 30 天，只有人工才会再查。"],
  dueNow: [
    "It is due, and the next sweep checks it. Sweeps come every minute.",
    "已到期，下次扫描就查。每分钟扫描一次。",
  ],
  first: [
    "It was claimed a moment ago, and is checked again if that check is lost.",
    "刚被认领；若那次查询丢失则会再查。",
  ],
  review: [
    "Its ladder is spent, so it is checked once a day until day 30.",
    "复查阶梯已用完，每天复查一次，直到第 30 天。",
  ],
  open: [
    "Step {0} of {1} of the ladder for refunds that exist: a wait of {2} at most.",
    "已知退款阶梯第 {0}/{1} 档：最长等待 {2}。",
  ],
  notFound: [
    "Step {0} of {1} of the ladder for orders that ChinaUMS does not know: a wait of {2} at most.",
    "查无此单阶梯第 {0}/{1} 档：最长等待 {2}。",
  ],
  quick: [
    "The last check had no answer of use, so it is tried again soon; that takes no step of the ladder.",
    "上次没有有效应答，稍后快速重试，不占阶梯档位。",
  ],
  refused: [
    "Asking again cannot help until somebody mends the request or the set-up, so the waits double from 1 h to a day.",
    "在请求或配置修好之前再查也没用，等待从 1 小时翻倍到一天。",
  ],
  refusedUs: [
    "Our credentials are refused. It is tried every 30 minutes until they are mended.",
    "我方凭证被拒，每 30 分钟再试，直到修好。",
  ],
} as const satisfies Record<string, Both>;

/** Why a refund is checked next when it is. */
export function whyThen(view: View, refund: Refund, ladders: Ladders): string {
  const { say, now } = view;
  const { state, dueAt, reading } = refund;
  if (refund.verifyRequestedAt !== undefined) return say(words.verify);
  if (isFinal(state)) return say(words.final);
  if (dueAt === undefined) return say(words.byHand);
  if (dueAt <= now) return say(words.dueNow);
  if (reading === undefined) return say(words.first);
  switch (progressOf(reading)) {
    case "refused_us":
      return say(words.refusedUs);
    case "refused":
      return say(words.refused);
    case "unanswered":
      return say(words.quick);
    case "told":
      return state === "needs_review" ? say(words.review) : stepText(view, refund, ladders);
  }
}

/** The ladder that a refund is on, and how many steps it has taken there. */
function placeOf(refund: Refund, ladders: Ladders): readonly [ladder: Ladder, rung: number] {
  if (refund.reading?.kind === "not_found") return [ladders.notFound, refund.notFoundRung];
  return [openLadderOf(ladders, refund.instMid), refund.openRung];
}

function stepText(view: View, refund: Refund, ladders: Ladders): string {
  const isUnknownOrder = refund.reading?.kind === "not_found";
  const [ladder, rung] = placeOf(refund, ladders);
  const step = Math.min(Math.max(rung, 1), ladder.length);
  const waitMs = ladder[step - 1] ?? 0;
  return view.say(isUnknownOrder ? words.notFound : words.open, step, ladder.length, duration(view, waitMs));
}

/** When the checks of a refund come, as far as they are planned: each step taken after the one before, at its longest. */
export function plannedChecks(refund: Refund, ladders: Ladders, until: number): number[] {
  const { dueAt, state } = refund;
  if (dueAt === undefined || isFinal(state)) return [];
  const [ladder, rung] = placeOf(refund, ladders);
  const checks = [dueAt];
  const ladderEnd = refund.firstSeenAt + totalMs(ladder);
  for (const stepMs of state === "needs_review" ? [] : ladder.slice(rung))
    checks.push((checks.at(-1) ?? dueAt) + stepMs);
  for (let at = (checks.at(-1) ?? ladderEnd) + 86_400_000; at <= until; at += 86_400_000) checks.push(at);
  return checks.filter((at) => at <= until);
}
