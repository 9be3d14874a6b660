import { html } from "hono/html";
import { common } from "../messages/common.ts";
import { overviewWords } from "../messages/overview.ts";
import { partnersWords as words } from "../messages/partners.ts";
import { type AskedActivity, activityDays, activityPath, type QueryOutcome } from "../metrics/activity-query.ts";
import type { PartnerActivity } from "../metrics/partner-activity.ts";
import type { ServiceMetrics } from "../metrics/service-metrics.ts";
import { queryForm } from "../parts/form.ts";
import { duration, instant } from "../parts/instant.ts";
import { type Html, nothing, type View } from "../view.ts";

const dayMs = 86_400_000;
const megabyte = 1_000_000;

export type ActivityShown = {
  readonly metrics: ServiceMetrics | undefined;
  /** Where the activity of partners is known from: the log as it is written, a query of it, or nowhere. */
  readonly source: "log" | "query" | undefined;
  /** What the log told when it was last asked. */
  readonly asked: AskedActivity | undefined;
};

/** How to learn of each partner's requests, where it is not known without asking, and when it was asked. */
export function renderActivity(view: View, shown: ActivityShown, partnerIds: readonly string[]): Html {
  const { say } = view;
  const { metrics, source, asked } = shown;
  if (source === "log") return nothing;
  const body =
    source === undefined
      ? html`<p>${say(overviewWords.noMetrics)}</p>`
      : html`${ofAll(view, metrics)}${asked === undefined ? nothing : told(view, asked, partnerIds)}<p>${say(words.inTheLog)}</p>
${queryForm(view, activityPath, html`${activityDays.map((days) => html`<button name="days" value="${days}">${say(words.ask, duration(view, days * dayMs))}</button> `)}`)}`;
  return html`<section id="activity" class="card" aria-labelledby="h-activity"><h2 id="h-activity">${say(words.activity)}</h2>${body}</section>`;
}

/** Figures of all partners together. */
function ofAll(view: View, metrics: ServiceMetrics | undefined): Html {
  const { bucketMs = 0, buckets = [], refused } = metrics ?? {};
  if (refused === undefined) return nothing;
  const time = duration(view, bucketMs * buckets.length);
  return html`<p>${view.say(words.refusedOfAll, time, refused.rejected, refused.overShare)}</p>`;
}

function told(view: View, { askedAt, days, bytesRead, byPartner }: AskedActivity, partnerIds: readonly string[]): Html {
  const { say } = view;
  const gone = [...byPartner].filter(([partnerId]) => !partnerIds.includes(partnerId));
  return html`<p>${say(words.asked, duration(view, days * dayMs))} ${instant(view, askedAt)}. ${say(words.read, (bytesRead / megabyte).toFixed(1))}</p>
${gone.length === 0 ? nothing : html`<p>${say(words.gone)}</p><ul>${gone.map(([partnerId, activity]) => html`<li>${partnerId}: ${say(words.goneLine, activity.requests, refusalsText(activity) || say(common.none))} ${instant(view, activity.lastSeenAt)}</li>`)}</ul>`}`;
}

/** `BAD_REQUEST × 2, over_share × 1`. */
export function refusalsText({ refusals }: PartnerActivity): string {
  return Object.entries(refusals)
    .map(([reason, count]) => `${reason} × ${count}`)
    .join(", ");
}

/** Why a query of the log has told nothing, and what to do. */
export function queryProblem(view: View, outcome: Exclude<QueryOutcome, { kind: "answered" }>): string {
  const { say } = view;
  switch (outcome.kind) {
    case "slow":
      return say(words.slow, duration(view, outcome.waitedMs), outcome.queryId);
    case "ended":
      return say(words.ended, outcome.status);
    case "cut":
      return say(words.cut, outcome.rows);
  }
}
