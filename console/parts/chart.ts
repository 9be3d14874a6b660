import { html } from "hono/html";
import { overviewWords as words } from "../messages/overview.ts";
import type { Html, View } from "../view.ts";
import { wallTime } from "./instant.ts";

export type Line = { readonly name: string; readonly values: readonly (number | undefined)[] };
export type Chart = {
  readonly id: string;
  readonly title: string;
  /** Epoch ms, one for each value. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly kind: "bars" | "lines";
};

/** A chart that the browser draws, and the same as a table for whoever sees none. */
export function renderChart(view: View, { id, title, times, lines, kind }: Chart): Html {
  const { say, language } = view;
  const data = {
    kind,
    language: language === "zh" ? "zh-CN" : "en",
    // The browser's own zone would contradict the times of the page.
    times: times.map((at) => at / 1_000),
    zone: language === "zh" ? "Asia/Shanghai" : "UTC",
    lines: lines.map(({ name, values }) => ({ name, values: values.map((value) => value ?? null) })),
  };
  return html`<figure class="chart"><figcaption id="c-${id}">${title}</figcaption>
<div id="chart-${id}" role="img" aria-labelledby="c-${id}" data-chart="${JSON.stringify(data)}"></div>
<details><summary>${say(words.asTable)}</summary><div class="table" tabindex="0" role="region" aria-label="${title}"><table>
<thead><tr><th scope="col">${say(words.time)}</th>${lines.map(({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${times.map((at, i) => (lines.some(({ values }) => values[i]) ? html`<tr><th scope="row">${wallTime(view, at)}</th>${lines.map(({ values }) => html`<td>${values[i] ?? "–"}</td>`)}</tr>` : ""))}</tbody>
</table></div></details></figure>`;
}
