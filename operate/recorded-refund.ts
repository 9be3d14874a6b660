import * as z from "zod/mini";
import type { Item } from "../shared/aws/attributes.ts";
import { readRefundItem } from "../shared/aws/refund-items.ts";
import { answerMembers } from "../shared/chinaums/refund-query/answer-fields.ts";
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
    return { kind: "readable", refund: readRefundItem(item, { answerMembers }) };
  } catch (error) {
    return { kind: "unreadable", refund: { ...identityIn(item), problem: problemOf(error) } };
  }
}

/** The key `REFUND#mid#instMid#merOrderId` names the refund even if its attributes cannot be read. */
function identityIn({ pk }: Item): RefundIdentity {
  const [, mid = "", instMid = "", ...merOrderId] = pk?.S?.split("#") ?? [];
  return { mid, instMid, merOrderId: merOrderId.join("#") };
}

function problemOf(error: unknown): string {
  // The message of a failed JSON.parse quotes what it found.
  if (!(error instanceof z.core.$ZodError)) return "an attribute that should be JSON is not";
  const names = new Set(error.issues.map(({ path: [name = "item"] }) => String(name)));
  return `missing or malformed: ${[...names].join(", ")}`;
}
