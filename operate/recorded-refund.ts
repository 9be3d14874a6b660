import * as z from "zod/mini";
import type { Item } from "../shared/aws/attributes.ts";
import { readRefundItem } from "../shared/aws/refund-item.ts";
import * as answerForm from "../shared/chinaums/refund-query/stored-answer.ts";
import type { Refund, RefundIdentity } from "../shared/refund/refund.ts";

/** A refund whose item does not have the form of one, so that neither functions nor commands can use it. */
export type UnreadableRefund = RefundIdentity & {
  /** Names the attributes that are wrong, and none of their contents. */
  readonly problem: string;
};

/** A refund as it is found on record. */
export type RecordedRefund =
  | { readonly kind: "readable"; readonly refund: Refund }
  | { readonly kind: "unreadable"; readonly refund: UnreadableRefund };

/** Reads the item of a refund. An unreadable one does not throw, so that the others can still be listed. */
export function readRecordedRefund(item: Item): RecordedRefund {
  try {
    return { kind: "readable", refund: readRefundItem(item, { answerForm }) };
  } catch (error) {
    return { kind: "unreadable", refund: { ...identityIn(item), problem: problemOf(error) } };
  }
}

/** The key `REFUND#mid#instMid#merOrderId` names the refund even if its attributes cannot be read. */
function identityIn({ pk }: Item): RefundIdentity {
  const [, mid = "", instMid = "", ...merOrderId] = pk?.S?.split("#") ?? [];
  return { mid, instMid, merOrderId: merOrderId.join("#") };
}

/** The names of the attributes alone, because messages may quote what they found. */
function problemOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof z.core.$ZodError)) throw error;
  const names = new Set(cause.issues.map(({ path: [name = "item"] }) => String(name)));
  return `missing or malformed: ${[...names].join(", ")}`;
}
