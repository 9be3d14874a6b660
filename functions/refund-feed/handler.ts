import { createApiHandler } from "../../shared/http/api-handler.ts";
import { changesPath, watchPath } from "../../shared/names.ts";
import type { Log } from "../../shared/telemetry/log.ts";
import { type ChangesRouteDeps, createChangesRoute } from "./changes-route.ts";
import { createWatchRoute, type WatchRouteDeps } from "./watch-route.ts";

export type RefundFeedDeps = WatchRouteDeps & ChangesRouteDeps & { readonly log: Log };

/** What partners call in order to be told: they register refunds, and read what they were told. */
export function createRefundFeedHandler(deps: RefundFeedDeps) {
  const { log, now } = deps;
  const routes = {
    [`POST ${watchPath}`]: createWatchRoute(deps),
    [`POST ${changesPath}`]: createChangesRoute(deps),
  };
  return createApiHandler({ routes, log, now });
}
