import { type Context, Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Partner } from "../../shared/partner/partner.ts";
import { awsFailure } from "../../tools/aws-failure.ts";
import { addPartner, Refused, removePartner, retireKey, rotateKey } from "../../tools/partner-secrets.ts";
import { removeWebhookIfAny } from "../../tools/webhook-secrets.ts";
import type { ConsoleDeps } from "../console-deps.ts";
import { createReadPartnerRows } from "../data/partner-rows.ts";
import { common } from "../messages/common.ts";
import { partnersWords } from "../messages/partners.ts";
import { activityDays, activityPath } from "../metrics/activity-query.ts";
import { queryProblem } from "../pages/partner-activity.ts";
import { renderNewKey, renderPartners } from "../pages/partners-page.ts";
import type { Show } from "../show.ts";
import type { View } from "../view.ts";

/** The partners, and the changes that `npm run partner` makes, with the same checks and the same audit trail. */
export function partnerRoutes(deps: ConsoleDeps, show: Show): Hono {
  const { partners: where, webhooks, openPartnerAudit, telemetry, now } = deps;
  const readRows = createReadPartnerRows(deps);
  const routes = new Hono();

  const { readActivity, activityQuery } = telemetry;
  const source = readActivity !== undefined ? "log" : activityQuery === undefined ? undefined : "query";

  async function showAll(c: Context, status: ContentfulStatusCode = 200, problemIn?: (view: View) => string) {
    const [rows, metrics] = await Promise.all([readRows(), telemetry.readMetrics(now())]);
    const asked = activityQuery?.last();
    return await show(
      c,
      (view) => ({
        title: view.say(common.partners),
        place: "/partners",
        body: renderPartners(view, { rows, metrics, source, asked, problem: problemIn?.(view) }),
      }),
      status,
    );
  }

  /** A change that gives a partner with a new key, or with none that is to be shown. */
  function post(path: string, change: string, make: (id: string, form: Form) => Promise<Partner | undefined>): void {
    routes.post(path, async (c) => {
      const form = (await c.req.parseBody()) as Form;
      const partnerId = c.req.param("partnerId") ?? text(form, "id");
      try {
        const audit = await openPartnerAudit();
        const made = await audit.record({ partnerId, change }, where.client, () => make(partnerId, form));
        if (made === undefined) return c.redirect("/partners", 303);
        return await show(c, (view) => ({ title: partnerId, place: "/partners", body: renderNewKey(view, made) }));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        return await showAll(c, 400, ({ say }) => say(partnersWords.refused, error.message));
      }
    });
  }

  routes.get("/partners", (c) => showAll(c));
  // What a form was answered with has an address that nothing can be read from.
  routes.get("/partners/*", (c) => c.redirect("/partners", 303));
  routes.post(activityPath, async (c) => {
    const form = (await c.req.parseBody()) as Form;
    const days = activityDays.find((known) => String(known) === text(form, "days"));
    if (activityQuery === undefined || days === undefined) return await c.notFound();
    try {
      const outcome = await activityQuery.ask(days);
      if (outcome.kind === "answered") return c.redirect("/partners", 303);
      return await showAll(c, 502, (view) => queryProblem(view, outcome));
    } catch (error) {
      const failure = awsFailure(error);
      if (failure === undefined) throw error;
      return await showAll(c, 502, ({ say }) => say(partnersWords.notAsked, failure));
    }
  });
  post("/partners/add", "add", (id, form) => {
    const mids = text(form, "mids").split(/[\s,]+/);
    return addPartner(
      where,
      id,
      mids.filter((mid) => mid !== ""),
    );
  });
  post("/partners/:partnerId/rotate", "rotate", (id) => rotateKey(where, id));
  post("/partners/:partnerId/retire", "retire", async (id) => {
    await retireKey(where, id);
    return undefined;
  });
  post("/partners/:partnerId/remove", "remove", async (id, form) => {
    if (text(form, "name") !== id) throw new Refused(partnersWords.notConfirmed.join(" "));
    // First the webhook, so that no other partner of this name can ever get what was meant for this one.
    await removeWebhookIfAny(webhooks, id);
    await removePartner(where, id);
    return undefined;
  });
  return routes;
}

type Form = Readonly<Record<string, unknown>>;

function text(form: Form, name: string): string {
  const value = form[name];
  return typeof value === "string" ? value.trim() : "";
}
