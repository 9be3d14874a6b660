import { type Context, Hono } from "hono";
import { html } from "hono/html";
import { createDeliveryRecords } from "../../operate/delivery-records.ts";
import { createFindByKey } from "../../operate/find-by-key.ts";
import { createRefundActions } from "../../operate/refund-actions.ts";
import { createRefundRecords } from "../../operate/refund-records.ts";
import { needOf } from "../../shared/refund/needs-person.ts";
import { maxActionText } from "../../shared/refund/operator-action.ts";
import type { Refund, RefundIdentity } from "../../shared/refund/refund.ts";
import { eventId } from "../../shared/telling/refund-event.ts";
import type { ConsoleDeps } from "../console-deps.ts";
import { type Done, refundWords } from "../messages/refund.ts";
import { refundPath, renderRefund } from "../pages/refund-page.ts";
import type { Show } from "../show.ts";

const page = "/refunds/:mid/:instMid/:merOrderId";
/** A search leads to a page with so many keys at most; an address that was made by hand gets no more read. */
const maxKeys = 100;
const isKeyId = (text: string) => /^[\w-]{1,64}#[0-9a-f]{64}$/.test(text);

/** The page of one refund, and what can be done there. */
export function refundRoutes(deps: ConsoleDeps, show: Show): Hono {
  const { ladders, now } = deps;
  const records = createRefundRecords(deps);
  const deliveries = createDeliveryRecords(deps);
  const actions = createRefundActions(deps);
  const { keysOf } = createFindByKey(deps);
  const routes = new Hono();

  async function find(c: Context) {
    const [found] = await records.read([identityOf(c)]);
    return found;
  }

  routes.get(page, async (c) => {
    const found = await find(c);
    const { merOrderId } = identityOf(c);
    if (found?.kind !== "readable") {
      const problem = found?.refund.problem;
      return await show(
        c,
        ({ say }) => ({
          title: merOrderId,
          place: "/refunds",
          body: html`<h1>${problem === undefined ? say(refundWords.notOnRecord, merOrderId) : say(refundWords.unreadableRefund, problem)}</h1>`,
        }),
        problem === undefined ? 404 : 200,
      );
    }
    const { refund } = found;
    const ids = (c.req.queries("key") ?? []).filter(isKeyId).slice(0, maxKeys);
    const [history, keys] = await Promise.all([records.historyOf(refund), keysOf(refund, ids)]);
    return await show(c, (view) => ({
      title: merOrderId,
      place: "/refunds",
      isLive: true,
      body: renderRefund(view, { refund, history, ladders, keys }),
    }));
  });

  /** A form that is about the refund; what it gives is said on the page that follows. */
  function post(
    action: string,
    act: (refund: Refund, text: string, form: Record<string, string>) => Promise<Done>,
  ): void {
    routes.post(`${page}/${action}`, async (c) => {
      const found = await find(c);
      if (found?.kind !== "readable") return await c.notFound();
      const form = textsIn(await c.req.parseBody());
      const done = await act(found.refund, (form.text ?? "").trim().slice(0, maxActionText), form);
      return c.redirect(`${refundPath(found.refund)}?done=${done}`, 303);
    });
  }

  post("check", async (refund) => ((await actions.checkNow(refund)) === "done" ? "check" : "changed"));
  post("acknowledge", async (refund, why) => {
    const need = needOf(refund, now());
    if (need === undefined || why === "") return "changed";
    return (await actions.acknowledge(refund, need, why)) === "done" ? "acknowledge" : "changed";
  });
  post("note", async (refund, text) => {
    if (text !== "") await actions.record(refund, "noted", text);
    return "note";
  });
  post("copy", async (refund) => {
    await actions.record(refund, "copied", "");
    return "copy";
  });
  post("resend", async (refund, _, { id }) => {
    const { told } = await records.historyOf(refund);
    const chosen = told.find(({ event }) => eventId(event) === id);
    if (chosen === undefined || (await deliveries.sendAgain([chosen.event])).length === 0) return "left";
    await actions.record(refund, "resent", `${id} ${chosen.event.partnerId}`);
    return "resend";
  });
  return routes;
}

function identityOf(c: Context): RefundIdentity {
  const { mid = "", instMid = "", merOrderId = "" } = c.req.param() as Record<string, string>;
  return { mid, instMid, merOrderId };
}

function textsIn(body: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
