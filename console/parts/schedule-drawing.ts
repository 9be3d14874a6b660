import { html } from "hono/html";
import type { Both } from "../language.ts";
import { type Html, nothing, type View } from "../view.ts";
import { duration, wallTime } from "./instant.ts";

const dayMs = 86_400_000;
const words = {
  title: [
    "Checks on record, checks to come, and the marks of day 8 and day 30, to scale",
    "已记录的查询、计划的复查，以及第 8 天和第 30 天，按比例绘制",
  ],
  firstSeen: ["first seen", "首次出现"],
  now: ["now", "现在"],
  day8: ["day 8", "第 8 天"],
  day30: ["day 30", "第 30 天"],
  past: ["check on record", "已记录的查询"],
  planned: ["check to come", "计划的复查"],
  span: ["The first {0}", "前 {0}"],
} as const satisfies Record<string, Both>;

export type Schedule = {
  /** All in epoch ms. */
  readonly firstSeenAt: number;
  readonly past: readonly number[];
  readonly planned: readonly number[];
};

const size = { width: 960, height: 84, left: 12, right: 12, line: 44 } as const;

/** Two axes to scale: the thirty days that a refund is followed, and the shorter time in which most of its checks lie. */
export function drawSchedule(view: View, schedule: Schedule): Html {
  const { firstSeenAt, past, planned } = schedule;
  const wholeMs = 30 * dayMs;
  const nearest = Math.max(view.now, ...past, planned[Math.min(planned.length, 8) - 1] ?? 0) - firstSeenAt;
  const closeMs = Math.min(Math.max(nearest * 1.1, 60_000), wholeMs);
  return html`<figure class="schedule">
<figcaption>${view.say(words.title)} <span class="legend"><i class="past"></i>${view.say(words.past)} <i class="planned"></i>${view.say(words.planned)}</span></figcaption>
<div class="table" tabindex="0" role="region" aria-label="${view.say(words.title)}">${closeMs < wholeMs / 2 ? axis(view, schedule, closeMs) : nothing}
${axis(view, schedule, wholeMs)}</div>
</figure>`;
}

function axis(view: View, { firstSeenAt, past, planned }: Schedule, spanMs: number): Html {
  const { say, now } = view;
  const { width, height, left, right, line } = size;
  const x = (at: number) => left + ((at - firstSeenAt) / (spanMs * 1.02)) * (width - left - right);
  const isInside = (at: number) => at >= firstSeenAt && at <= firstSeenAt + spanMs * 1.02;
  const dot = (at: number, kind: "past" | "planned") =>
    html`<circle class="${kind}" cx="${x(at).toFixed(1)}" cy="${line}" r="4"><title>${say(words[kind])} ${wallTime(view, at)}</title></circle>`;
  const marks = [
    [firstSeenAt, words.firstSeen],
    [firstSeenAt + 8 * dayMs, words.day8],
    [firstSeenAt + 30 * dayMs, words.day30],
  ] as const;
  const label = say(words.span, duration(view, spanMs));
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}: ${say(words.title)}">
<line class="axis" x1="${left}" x2="${width - right}" y1="${line}" y2="${line}"></line>
<text class="span" x="${width - right}" y="${height - 6}" text-anchor="end">${label}</text>
${marks.filter(([at]) => isInside(at)).map(([at, name]) => mark(x(at), say(name), "mark"))}
${isInside(now) ? mark(x(now), say(words.now), "now") : nothing}
${planned.filter(isInside).map((at) => dot(at, "planned"))}
${past.filter(isInside).map((at) => dot(at, "past"))}
</svg>`;
}

function mark(x: number, name: string, kind: "mark" | "now"): Html {
  const anchor = x < 60 ? "start" : x > size.width - 60 ? "end" : "middle";
  const y = kind === "now" ? size.height - 6 : 16;
  return html`<line class="${kind}" x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="22" y2="66"></line>
<text class="${kind}" x="${x.toFixed(1)}" y="${y}" text-anchor="${anchor}">${name}</text>`;
}
