import { createFindByKey, type FoundRefund } from "../../operate/find-by-key.ts";
import { createFindRefunds } from "../../operate/find-refunds.ts";
import { refundPk } from "../../shared/aws/keys.ts";
import type { ConsoleDeps } from "../console-deps.ts";
import type { createPartnerNames } from "./partner-names.ts";

export type SearchRefundsDeps = ConsoleDeps & { readonly partnerNames: ReturnType<typeof createPartnerNames> };

/**
 * Finds refunds by an order number or by a partner's `Idempotency-Key`. Both are tried, because a partner's key may be the
 * order number of another partner's refund.
 */
export function createSearchRefunds(deps: SearchRefundsDeps) {
  const { partnerNames } = deps;
  const findByNumber = createFindRefunds({ place: deps, partnerMids: partnerNames.mids });
  const byKey = createFindByKey(deps);

  return {
    async search(text: string): Promise<FoundRefund[]> {
      const [numbered, keyed] = await Promise.all([
        findByNumber({ merOrderId: text }),
        partnerNames.ids().then((ids) => byKey.find(text, ids)),
      ]);
      const found = new Map(
        numbered.map((recorded) => [refundPk(recorded.refund), { recorded, keys: [] } as FoundRefund]),
      );
      for (const one of keyed) found.set(refundPk(one.recorded.refund), one);
      return [...found.values()];
    },
    keysOf: byKey.keysOf,
  };
}
