import * as z from "zod/mini";
import { type OperatorAction, operatorActions } from "../refund/operator-action.ts";
import type { RefundIdentity } from "../refund/refund.ts";
import { fromItem, type Item, toItem } from "./attributes.ts";
import { refundPk } from "./keys.ts";
import { instant } from "./stored-forms.ts";

const skPrefix = "AUDIT#";
const kinds: ReadonlySet<string> = new Set(operatorActions);

/** An action below the partition key of its refund, in the same trail as verifications. */
export function operatorActionItem(refund: RefundIdentity, { kind, at, by, text }: OperatorAction): Item {
  const sk = `${skPrefix}${new Date(at).toISOString()}#${kind}`;
  return toItem({ pk: refundPk(refund), sk, at, kind, by, text });
}

/** True for an item of the trail that is an operator's. */
export function isOperatorAction({ sk, kind }: Item): boolean {
  return sk?.S?.startsWith(skPrefix) === true && kinds.has(kind?.S ?? "");
}

const schema = z.object({ at: instant, kind: z.enum(operatorActions), by: z.string(), text: z.string() });

/**
 * The action in an item below a refund's partition key, or undefined where the item is another one.
 * @throws {z.core.$ZodError} when it is an action, and does not have its form
 */
export function readOperatorActionItem(item: Item): OperatorAction | undefined {
  return isOperatorAction(item) ? schema.parse(fromItem(item)) : undefined;
}
