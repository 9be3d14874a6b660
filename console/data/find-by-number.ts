import type { RecordedRefund } from "../../operate/recorded-refund.ts";
import { createRefundRecords, knownProducts } from "../../operate/refund-records.ts";
import type { ConsoleDeps } from "../console-deps.ts";

export type FindByNumberDeps = Pick<ConsoleDeps, "client" | "table"> & {
  /** The merchants of all partners. */
  readonly mids: () => Promise<readonly string[]>;
  /** The merchants and products of open refunds. */
  readonly seen: () => Promise<{ readonly mids: readonly string[]; readonly products: readonly string[] }>;
};

/** Finds refunds by their order number alone: it reads that number of every known merchant and product, and scans nothing. */
export function createFindByNumber(deps: FindByNumberDeps): (merOrderId: string) => Promise<RecordedRefund[]> {
  const records = createRefundRecords(deps);
  return async (merOrderId) => {
    const [mids, seen] = await Promise.all([deps.mids(), deps.seen()]);
    const allMids = new Set([...mids, ...seen.mids]);
    const products = new Set([...knownProducts, ...seen.products]);
    const identities = [...allMids].flatMap((mid) => [...products].map((instMid) => ({ mid, instMid, merOrderId })));
    return await records.read(identities);
  };
}
