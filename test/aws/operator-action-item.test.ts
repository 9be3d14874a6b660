import { expect, test } from "vitest";
import { isOperatorAction, operatorActionItem, readOperatorActionItem } from "../../shared/aws/operator-action-item.ts";

const refund = { mid: "898310148160568", instMid: "APPDEFAULT", merOrderId: "REFUND-0001" };
const at = Date.UTC(2026, 10, 30, 8);

test.each(["check_requested", "resent", "noted", "acknowledged", "copied"] as const)(
  "what an operator did is read back from the trail as it was: %s",
  (kind) => {
    const action = { kind, at, by: "li", text: "ChinaUMS 客服说明天到账" };
    const item = operatorActionItem(refund, action);
    expect(item).toMatchObject({ pk: { S: "REFUND#898310148160568#APPDEFAULT#REFUND-0001" } });
    expect(item.sk).toEqual({ S: `AUDIT#2026-11-30T08:00:00.000Z#${kind}` });
    expect(isOperatorAction(item)).toBe(true);
    expect(readOperatorActionItem(item)).toEqual(action);
  },
);
