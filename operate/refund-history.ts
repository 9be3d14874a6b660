import { readAnswerItem } from "../shared/aws/answer-item.ts";
import type { Item } from "../shared/aws/attributes.ts";
import { readAuditItem } from "../shared/aws/audit-item.ts";
import type { KeptAnswer, Refund } from "../shared/refund/refund.ts";
import type { Verification } from "../shared/refund/verification.ts";

/** What is kept beside a refund, oldest first. */
export type RefundHistory = {
  /** Answers that another one has replaced. */
  readonly replaced: readonly KeptAnswer[];
  readonly verifications: readonly Verification[];
  /** Sort keys of items that do not have their form. */
  readonly unreadable: readonly string[];
};

/** Reads the items below a refund's partition key. An item that cannot be read does not hide the others. */
export function readHistory(items: readonly Item[]): RefundHistory {
  const replaced: KeptAnswer[] = [];
  const verifications: Verification[] = [];
  const unreadable: string[] = [];
  for (const item of items) {
    try {
      const answer = readAnswerItem(item);
      const verification = readAuditItem(item);
      if (answer !== undefined) replaced.push(answer);
      if (verification !== undefined) verifications.push(verification);
    } catch {
      unreadable.push(item.sk?.S ?? "");
    }
  }
  return { replaced, verifications, unreadable };
}

/** The distinct answers about a refund, oldest first: those that were replaced, and the one that it has. */
export function answersOf(refund: Refund, { replaced }: RefundHistory): KeptAnswer[] {
  const answers = new Map(replaced.map((answer) => [answer.version, answer]));
  // A killed check may have kept the answer that it was about to replace.
  if (refund.answer !== undefined) answers.set(refund.answer.version, refund.answer);
  return [...answers.values()];
}
