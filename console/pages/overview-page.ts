import { html } from "hono/html";
import type { Refund, RefundIdentity } from "../../shared/refund/refund.ts";
import type { Delivery } from "../../shared/telling/delivery.ts";
import type { Overview } from "../data/overview.ts";
import { mostSorted } from "../data/read-refunds.ts";
import { common } from "../messages/common.ts";
import { kindWords, overviewWords as words } from "../messages/overview.ts";
import { needWords } from "../messages/words.ts";
import type { CheckKinds, ServiceMetrics } from "../metrics/service-metrics.ts";
import { readingText, stateBadge } from "../parts/badges.ts";
import { renderChart } from "../parts/chart.ts";
import { duration, fromNow } from "../parts/instant.ts";
import { type Html, nothing, type View } from "../view.ts";
import { refundPath } from "./refund-page.ts";

const shownNeeding = 25;
/** Of what is named in one sentence. */
const shownNames = 10;

export type OverviewPage = {
  readonly overview: Overview;
  readonly deadDeliveries: readonly Delivery[];
  readonly metrics: ServiceMetrics | undefined;
};

/** How everything stands, and what needs a person now. */
export function renderOverview(view: View, { overview, deadDeliveries, metrics }: OverviewPage): Html {
  const { say } = view;
  return html`<h1>${say(common.overview)}</h1>
<section id="figures" class="figures" data-part aria-label="${say(common.overview)}">${figures(view, overview)}</section>
<section id="person" class="card" data-part aria-labelledby="h-person"><h2 id="h-person">${say(words.person)}</h2>${needing(view, overview, deadDeliveries)}</section>
<div class="columns">
<section id="states" class="card" data-part aria-labelledby="h-states"><h2 id="h-states">${say(words.byState)}</h2>${bars(
    view,
    [...overview.byState].map(([state, count]) => [`/refunds?state=${state}`, stateBadge(view, state), count]),
    overview.open,
  )}</section>
<section id="readings" class="card" data-part aria-labelledby="h-readings"><h2 id="h-readings">${say(words.byReading)}</h2>${bars(
    view,
    overview.byReading.map(([word, count]) => [
      `/refunds?state=${encodeURIComponent(word)}`,
      html`<code>${word}</code>`,
      count,
    ]),
    overview.open,
  )}</section>
</div>
<section id="past" class="card" data-part aria-label="${say(words.past)}">${metrics === undefined ? html`<p>${say(view.isLocal ? words.noMetrics : words.noCloudWatch)}</p>` : past(view, metrics)}</section>`;
}

function figures(view: View, { open, oldest, due, lagMs, untold }: Overview): Html {
  const { say, now } = view;
  const figure = (name: string, value: Html | string, note: Html | string) =>
    html`<div class="figure"><span>${name}</span><strong>${value}</strong><small>${note}</small></div>`;
  const link = oldest && html`<a href="${refundPath(oldest)}">${oldest.merOrderId}</a>`;
  return html`${figure(say(words.open), open >= mostSorted ? say(words.atLeast, open) : String(open), html`<a href="/refunds">${say(common.refunds)}</a>`)}
${figure(say(words.oldest), oldest === undefined ? say(common.none) : duration(view, now - oldest.firstSeenAt), link ?? "")}
${figure(say(words.lag), duration(view, lagMs), say(words.dueNow, due))}
${figure(say(words.untold), String(untold), html`<a href="/refunds?state=untold">${say(common.refunds)}</a>`)}`;
}

function needing(view: View, overview: Overview, dead: readonly Delivery[]): Html {
  const { say } = view;
  const { needing, acknowledged, unreadable, open } = overview;
  const isNothing = needing.length === 0 && dead.length === 0 && unreadable.length === 0;
  return html`${isNothing ? html`<p class="good">${say(words.nobody)}</p>` : nothing}
${isNothing && open === 0 && view.isLocal ? html`<p>${say(words.empty)} <a href="/simulator">${say(common.simulator)}</a></p>` : nothing}
${
  unreadable.length === 0
    ? nothing
    : named(
        view,
        say(words.unreadable, unreadable.length),
        unreadable.map(({ refund }) => refund),
      )
}
${
  dead.length === 0
    ? nothing
    : named(
        view,
        say(words.dead, dead.length),
        dead.map(({ refund }) => refund),
      )
}
${
  needing.length === 0
    ? nothing
    : html`<div class="table"><table class="cards"><thead><tr><th scope="col">${say(words.refund)}</th><th scope="col">${say(common.why)}</th><th scope="col">${say(common.reading)}</th><th scope="col">${say(common.age)}</th><th scope="col">${say(common.nextCheck)}</th></tr></thead>
<tbody>${needing.slice(0, shownNeeding).map(({ refund, need }) => needRow(view, refund, say(needWords[need])))}</tbody></table></div>`
}
<p><small>${[needing.length > shownNeeding && say(words.more, needing.length - shownNeeding), acknowledged > 0 && say(words.acknowledged, acknowledged)].filter(Boolean).join(" · ")}</small></p>`;
}

function needRow(view: View, refund: Refund, why: string): Html {
  const { say, now } = view;
  return html`<tr><th scope="row"><a href="${refundPath(refund)}">${refund.merOrderId}</a></th><td data-label="${say(common.why)}">${why}</td>
<td data-label="${say(common.reading)}">${readingText(view, refund)}</td><td data-label="${say(common.age)}">${duration(view, now - refund.firstSeenAt)}</td>
<td data-label="${say(common.nextCheck)}">${refund.dueAt === undefined ? say(common.none) : fromNow(view, refund.dueAt)}</td></tr>`;
}

/** A sentence about refunds, with the links to them. */
function named({ say }: View, sentence: string, refunds: readonly RefundIdentity[]): Html {
  const links = new Map(refunds.map((one) => [refundPath(one), one.merOrderId]));
  const more = links.size - shownNames;
  return html`<p class="warning">${sentence} ${[...links].slice(0, shownNames).map(([href, name]) => html`<a href="${href}">${name}</a> `)}${more > 0 ? say(words.more, more) : nothing}</p>`;
}

function bars({ say }: View, rows: readonly (readonly [href: string, name: Html, count: number])[], of: number): Html {
  if (rows.length === 0) return html`<p class="quiet">${say(common.none)}</p>`;
  return html`<ul class="bars">${rows.map(
    ([href, name, count]) =>
      html`<li><a href="${href}">${name}</a><meter min="0" max="${Math.max(of, 1)}" value="${count}" aria-hidden="true"></meter><span>${count}</span></li>`,
  )}</ul>`;
}

function past(view: View, { bucketMs, buckets, kinds }: ServiceMetrics): Html {
  const { say } = view;
  const times = buckets.map(({ at }) => at);
  const checks = buckets.reduce((sum, bucket) => sum + bucket.checks, 0);
  const known = Object.values(kinds).reduce((sum, count) => sum + count, 0);
  const all: Record<keyof CheckKinds | "other", number> = { ...kinds, other: Math.max(0, checks - known) };
  const unit = say(bucketMs >= 3_600_000 ? words.hour : words.minute);
  return html`<div class="charts">
${renderChart(view, {
  id: "checks",
  kind: "bars",
  title: say(words.checks, unit),
  times,
  lines: [
    { name: say(words.checksLine), values: buckets.map((one) => one.checks) },
    { name: say(words.settledLine), values: buckets.map((one) => one.settled) },
  ],
})}
${renderChart(view, {
  id: "latency",
  kind: "lines",
  title: say(words.latency),
  times,
  lines: [
    { name: say(words.median), values: buckets.map((one) => one.medianMs) },
    { name: say(words.p95), values: buckets.map((one) => one.p95Ms) },
  ],
})}
</div>
<h2>${say(words.kinds, duration(view, bucketMs * buckets.length))}</h2>
<ul class="bars">${(Object.keys(kindWords) as (keyof typeof kindWords)[]).map((kind) => html`<li><span>${say(kindWords[kind])}</span><meter min="0" max="${Math.max(checks, 1)}" value="${all[kind]}" aria-hidden="true"></meter><span>${all[kind]}</span></li>`)}</ul>`;
}
