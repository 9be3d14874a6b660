import { html } from "hono/html";
import type { Both } from "../language.ts";
import { common } from "../messages/common.ts";
import { type Html, nothing, type View } from "../view.ts";

const beijingOffsetMs = 8 * 3_600_000;

/** `2026-03-01 08:30:00`: Beijing time for readers of Chinese, UTC for others. Every page says which. */
export function wallTime({ language }: Pick<View, "language">, epochMs: number): string {
  const shown = new Date(epochMs + (language === "zh" ? beijingOffsetMs : 0));
  return shown.toISOString().slice(0, 19).replace("T", " ");
}

/** An instant with how far it is from now; nothing where there is none. */
export function instant(view: View, epochMs: number | undefined): Html {
  if (epochMs === undefined) return nothing;
  const iso = new Date(epochMs).toISOString();
  return html`<time datetime="${iso}" title="${iso}">${wallTime(view, epochMs)}</time> <small>${fromNow(view, epochMs)}</small>`;
}

/** `3m 20s ago`, `in 2h` or `now`. */
export function fromNow(view: View, epochMs: number): string {
  const ms = epochMs - view.now;
  if (Math.abs(ms) < 1_000) return view.say(common.now);
  return view.say(ms > 0 ? common.in : common.ago, duration(view, Math.abs(ms)));
}

const units = [
  [86_400, ["d", "天"]],
  [3_600, ["h", "小时"]],
  [60, ["m", "分"]],
  [1, ["s", "秒"]],
] as const satisfies readonly (readonly [number, Both])[];

/** The two largest units of a duration. */
export function duration({ say }: Pick<View, "say">, ms: number): string {
  let seconds = Math.round(ms / 1_000);
  const parts: string[] = [];
  for (const [size, name] of units) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0) parts.push(`${count}${say(name)}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ") || `0${say(["s", "秒"])}`;
}
