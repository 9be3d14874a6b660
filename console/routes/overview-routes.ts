import { Hono } from "hono";
import { createDeliveryRecords } from "../../operate/delivery-records.ts";
import type { ConsoleDeps } from "../console-deps.ts";
import { overviewOf } from "../data/overview.ts";
import { createPartnerNames } from "../data/partner-names.ts";
import { createReadRefunds, mostSorted } from "../data/read-refunds.ts";
import { common } from "../messages/common.ts";
import { renderOverview } from "../pages/overview-page.ts";
import type { Show } from "../show.ts";

/** The first page. */
export function overviewRoutes(deps: ConsoleDeps, show: Show): Hono {
  const { telemetry, now } = deps;
  const refunds = createReadRefunds({ ...deps, partnerIds: createPartnerNames(deps).ids });
  const deliveries = createDeliveryRecords(deps);
  return new Hono().get("/", async (c) => {
    const [open, dead, metrics] = await Promise.all([
      refunds.openAtMost(mostSorted),
      deliveries.list("dead"),
      telemetry.readMetrics(now()),
    ]);
    return await show(c, (view) => ({
      title: view.say(common.overview),
      place: "/",
      isLive: true,
      body: renderOverview(view, { overview: overviewOf(open, now()), deadDeliveries: dead, metrics }),
    }));
  });
}
