import { type Context, Hono } from "hono";
import type { ConsoleDeps, LocalRun } from "../console-deps.ts";
import { type Asking, askAsPartner, type Exchange } from "../data/ask-as-partner.ts";
import { examplePrograms } from "../data/example-programs.ts";
import { steps, stepsIn } from "../data/simulator-steps.ts";
import { common } from "../messages/common.ts";
import { renderSimulator, scriptWord } from "../pages/simulator-page.ts";
import type { Show } from "../show.ts";

/** The simulated ChinaUMS of the local run. */
export function simulatorRoutes(localRun: LocalRun, { now }: ConsoleDeps, show: Show): Hono {
  const { partners, url, upstreamUrl, data } = localRun;
  const [first] = partners;
  const routes = new Hono();

  function askingIn(said: (name: string) => string | undefined): Asking {
    const partner = partners.find(({ partnerId }) => partnerId === said("partnerId")) ?? first;
    return {
      partnerId: partner?.partnerId ?? "",
      merOrderId: said("merOrderId") || "DEMO-0001",
      mid: said("mid") || (partner?.mids[0] ?? ""),
      tid: said("tid") || "88880001",
      instMid: said("instMid") || "APPDEFAULT",
    };
  }

  async function page(c: Context, asking: Asking, said: Texts, exchange?: Exchange) {
    const appId = partners.find(({ partnerId }) => partnerId === asking.partnerId)?.appId ?? "";
    const programs = exchange === undefined ? [] : examplePrograms({ url, appId, data }, asking);
    return await show(c, (view) => ({
      title: view.say(common.simulator),
      place: "/simulator",
      body: renderSimulator(view, {
        partners,
        asking,
        chosen: stepsIn(said.steps),
        scripted: said.scripted ?? "",
        exchange,
        programs,
      }),
    }));
  }

  const address = (asking: Asking, more: Record<string, string>) =>
    `/simulator?${new URLSearchParams({ ...asking, ...more })}`;

  routes.get("/simulator", async (c) => {
    const said = c.req.query();
    const asking = askingIn((name) => said[name]);
    return await page(c, asking, said);
  });
  // Whoever loads the page of an answer again, or in the other language, has no form to send.
  routes.get("/simulator/*", (c) => c.redirect("/simulator", 303));

  routes.post("/simulator/choose", async (c) => {
    const form = textsIn(await c.req.parseBody());
    const chosen = form.clear === undefined ? [...stepsIn(form.steps), ...stepsIn(form.add)] : [];
    const asking = askingIn((name) => form[name]);
    return c.redirect(`${address(asking, { steps: chosen.join(","), scripted: form.scripted ?? "" })}#script`, 303);
  });

  routes.post("/simulator/script", async (c) => {
    const form = textsIn(await c.req.parseBody());
    const asking = askingIn((name) => form[name]);
    const chosen = stepsIn(form.steps);
    const answers = chosen.map((name) => steps[name]);
    const response = await fetch(`${upstreamUrl}/_control/refunds/${encodeURIComponent(asking.merOrderId)}`, {
      method: "PUT",
      body: JSON.stringify({ answers }),
    });
    if (!response.ok) throw new Error("the simulator refused the script");
    return c.redirect(
      address(asking, { steps: chosen.join(","), scripted: scriptWord(asking, chosen), done: "scripted" }),
      303,
    );
  });

  routes.post("/simulator/ask", async (c) => {
    const form = textsIn(await c.req.parseBody());
    const asking = askingIn((name) => form[name]);
    return await page(c, asking, form, await askAsPartner(localRun, asking, now()));
  });
  return routes;
}

type Texts = Readonly<Record<string, string | undefined>>;

function textsIn(body: Record<string, unknown>): Texts {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, typeof value === "string" ? value.trim() : undefined]),
  );
}
