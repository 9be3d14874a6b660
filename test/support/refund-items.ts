import { type Item, toItem } from "../../shared/aws/attributes.ts";
import { refundKey } from "../../shared/aws/keys.ts";
import { type RefundLayout, refundAttributes } from "../../shared/aws/refund-item.ts";
import * as answerForm from "../../shared/chinaums/refund-query/stored-answer.ts";
import type { Refund } from "../../shared/refund/refund.ts";

/** How the service stores refunds. */
export const layout: RefundLayout = { shards: 16, answerForm };

/** As test answers are stored, whose members are not those of ChinaUMS: by their own names. */
export const testLayout: RefundLayout = {
  shards: 16,
  answerForm: {
    toStored: (fields) => JSON.parse(JSON.stringify(fields)),
    fromStored: (stored) => stored as ReturnType<RefundLayout["answerForm"]["fromStored"]>,
  },
};

/** The whole item of a refund. */
export function refundItem(refund: Refund, as = testLayout): Item {
  return { ...refundKey(refund), ...toItem(refundAttributes(refund, as)) };
}
