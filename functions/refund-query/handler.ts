import { createApiHandler } from "../../shared/http/api-handler.ts";
import { queryPaths } from "../../shared/names.ts";
import type { Log } from "../../shared/telemetry/log.ts";
import { createQueryRoute, type QueryRouteDeps } from "./query-route.ts";

export type RefundQueryDeps = QueryRouteDeps & { readonly log: Log; readonly now: () => number };

/** What ChinaUMS's clients call here: the refund query, by its path and by the one of older systems. */
export function createRefundQueryHandler(deps: RefundQueryDeps) {
  const { log, now } = deps;
  const query = createQueryRoute(deps);
  const routes = Object.fromEntries(queryPaths.map((path) => [`POST ${path}`, query]));
  return createApiHandler({ routes, log, now });
}
