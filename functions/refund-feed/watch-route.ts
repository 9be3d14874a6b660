import type { Context } from "aws-lambda";
import type { Route } from "../../shared/http/api-handler.ts";
import { Fault } from "../../shared/http/fault.ts";
import { type HttpAnswer, jsonAnswer } from "../../shared/http/http-answer.ts";
import { addLogFields } from "../../shared/http/log-line.ts";
import { createPartnerRoute, type PartnerRequest, type PartnerRouteDeps } from "../../shared/http/partner-route.ts";
import { type ExpectedWaits, recheckMember } from "../../shared/http/recheck-member.ts";
import type { Partner } from "../../shared/partner/partner.ts";
import { productMembers } from "../../shared/refund/product.ts";
import type { WatchStore } from "../../shared/refund/watch-store.ts";
import { readWatchRequest, type WatchItem } from "./watch-request.ts";

export type WatchRouteDeps = Pick<PartnerRouteDeps, "authenticatePartner" | "partnerShares"> & {
  readonly store: WatchStore;
  readonly expectedWaits: ExpectedWaits;
  readonly now: () => number;
};

const maxBodyBytes = 64 * 1024;
/** Writes of one request that are under way at once. */
const atOnce = 25;
const notYours = { field: "mid", message: "is not a merchant that this AppId may ask about" };

/** Registers refunds that a partner wants to be told about. ChinaUMS is not asked here. */
export function createWatchRoute(deps: WatchRouteDeps): Route {
  const { authenticatePartner, partnerShares, store, expectedWaits, now } = deps;

  /** `named` has the results of the refunds that the request has named before, because only the first of them is created. */
  async function resultOf(item: WatchItem, { partnerId, mids }: Partner, named: Map<string, Promise<unknown>>) {
    if ("wrong" in item) return { ...namesIn(item.sent), result: "refused", errors: item.wrong };
    const { mid, instMid, merOrderId, tid } = item.refund;
    const members = { mid, ...productMembers(instMid), merOrderId };
    if (!mids.includes(mid)) return { ...members, result: "refused", errors: [notYours] };

    const name = JSON.stringify([mid, instMid, merOrderId]);
    const before = named.get(name);
    const watching = (before ?? Promise.resolve()).then(() =>
      store.watch({ refund: { mid, instMid, merOrderId }, tid, partnerId, now: now() }),
    );
    named.set(name, watching);
    const { refund, isNew } = await watching;
    const recheck = recheckMember(refund, "record", expectedWaits);
    return { ...members, result: isNew && before === undefined ? "created" : "known", recheck };
  }

  async function answer({ body, partner }: PartnerRequest, context: Context): Promise<HttpAnswer> {
    const items = readWatchRequest(body);
    if ("wrong" in items) {
      addLogFields(context, { wrongFields: items.wrong.map(({ field }) => field).join(",") });
      throw new Fault("bad_request", { errors: items.wrong });
    }
    const refunds: object[] = [];
    const named = new Map<string, Promise<unknown>>();
    for (let from = 0; from < items.length; from += atOnce) {
      const some = items.slice(from, from + atOnce);
      refunds.push(...(await Promise.all(some.map((item) => resultOf(item, partner, named)))));
    }
    addLogFields(context, { refunds: refunds.length });
    return jsonAnswer({ refunds });
  }

  return createPartnerRoute({ event: "refund_watch", maxBodyBytes, authenticatePartner, partnerShares, answer });
}

/** What a refused refund was called, so that a partner can tell which one it is. */
function namesIn(sent: unknown): object {
  if (typeof sent !== "object" || sent === null) return {};
  const names = ["mid", "instMid", "systemId", "merOrderId"];
  return Object.fromEntries(Object.entries(sent).filter(([name, value]) => names.includes(name) && isShort(value)));
}

function isShort(value: unknown): boolean {
  return typeof value === "string" && value.length <= 64;
}
