import { Hono } from "hono";
import { refundCsv } from "../../operate/refund-csv.ts";
import type { ConsoleDeps } from "../console-deps.ts";
import { createPartnerNames } from "../data/partner-names.ts";
import { createReadRefunds } from "../data/read-refunds.ts";
import { createSearchRefunds } from "../data/search-refunds.ts";
import { readWanted } from "../data/wanted-refunds.ts";
import { common } from "../messages/common.ts";
import { foundPath } from "../pages/refund-page.ts";
import { renderFound, renderRefunds } from "../pages/refunds-page.ts";
import type { Show } from "../show.ts";

/** The lists of refunds, the search by number or key, and the lists as CSV. */
export function refundsRoutes(deps: ConsoleDeps, show: Show): Hono {
  const partnerNames = createPartnerNames(deps);
  const refunds = createReadRefunds({ ...deps, partnerIds: partnerNames.ids });
  const { search } = createSearchRefunds({ ...deps, partnerNames });
  const routes = new Hono();

  routes.get("/refunds", async (c) => {
    const text = c.req.query("q")?.trim();
    if (text) {
      const found = await search(text);
      const [only] = found;
      if (only !== undefined && found.length === 1) return c.redirect(foundPath(only), 303);
      return await show(
        c,
        (view) => ({ title: text, place: "/refunds", body: renderFound(view, text, found) }),
        found.length === 0 ? 404 : 200,
      );
    }
    const wanted = readWanted(new URL(c.req.url).searchParams);
    const [page, partnerIds] = [await refunds.readPage(wanted), await partnerNames.ids()];
    return await show(c, (view) => ({
      title: view.say(common.refunds),
      place: "/refunds",
      isLive: wanted.list === "open",
      body: renderRefunds(view, { wanted, page, partnerIds }),
    }));
  });

  routes.get("/refunds.csv", (c) => {
    const wanted = readWanted(new URL(c.req.url).searchParams);
    const body = ReadableStream.from(encoded(refundCsv(refunds.readAll(wanted)))) as ReadableStream;
    return c.body(body, 200, {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="refunds-${wanted.list}.csv"`,
    });
  });
  return routes;
}

async function* encoded(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const line of lines) yield encoder.encode(line);
}
