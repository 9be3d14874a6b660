import { createApiHandler } from "../../shared/http/api-handler.ts";
import { queryPaths, tokenPaths } from "../../shared/names.ts";
import type { Log } from "../../shared/telemetry/log.ts";
import { createQueryRoute, type QueryRouteDeps } from "./query-route.ts";
import { createTokenRoute, type TokenRouteDeps } from "./token-route.ts";

export type RefundQueryDeps = QueryRouteDeps & TokenRouteDeps & { readonly log: Log; readonly now: () => number };

/** What ChinaUMS's clients call here: the refund query, and the token call that some of them make first. */
export function createRefundQueryHandler(deps: RefundQueryDeps) {
  const { log, now } = deps;
  const query = createQueryRoute(deps);
  const token = createTokenRoute(deps);
  const routes = Object.fromEntries([
    ...queryPaths.map((path) => [`POST ${path}`, query]),
    ...tokenPaths.map((path) => [`POST ${path}`, token]),
  ]);
  return createApiHandler({ routes, log, now });
}
