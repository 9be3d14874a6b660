import { listPartners } from "../tools/partner-secrets.ts";
import { type DeployedTable, type Deployment, partnerSecretsOf } from "./deployment.ts";
import { createOpenRefunds } from "./open-refunds.ts";
import type { RecordedRefund } from "./recorded-refund.ts";
import { createRefundRecords, knownProducts } from "./refund-records.ts";

export type FindRefundsDeps = {
  readonly place: DeployedTable;
  /** The merchants of all partners. */
  readonly partnerMids: () => Promise<readonly string[]>;
};

/** What is known of a refund that is looked for. */
export type RefundClue = {
  readonly merOrderId: string;
  readonly mid?: string | undefined;
  readonly instMid?: string | undefined;
};

/**
 * Finds refunds by their number. What is not said is tried: every merchant of a partner and of an open refund, every product
 * of ChinaUMS's page and of an open refund. Each try is the read of one key, so that nothing has to be scanned.
 */
export function createFindRefunds({ place, partnerMids }: FindRefundsDeps) {
  const { read } = createRefundRecords(place);
  const open = createOpenRefunds({ ...place, now: Date.now });

  return async ({ merOrderId, mid, instMid }: RefundClue): Promise<RecordedRefund[]> => {
    const seen = mid === undefined || instMid === undefined ? await open.seen() : { mids: [], products: [] };
    const mids = mid === undefined ? new Set([...(await partnerMids()), ...seen.mids]) : [mid];
    const products = instMid === undefined ? new Set([...knownProducts, ...seen.products]) : [instMid];
    return await read(
      [...mids].flatMap((one) => [...products].map((product) => ({ mid: one, instMid: product, merOrderId }))),
    );
  };
}

/** The merchants of all partners of a deployment. */
export async function partnerMidsOf(deployment: Deployment): Promise<readonly string[]> {
  return (await listPartners(partnerSecretsOf(deployment))).flatMap(({ mids }) => mids);
}
