import { html } from "hono/html";
import type { RefundHistory } from "../../operate/refund-history.ts";
import type { OperatorActionKind } from "../../shared/refund/operator-action.ts";
import { readingWord } from "../../shared/refund/reading-word.ts";
import type { Both } from "../language.ts";
import type { Html, View } from "../view.ts";
import { instant } from "./instant.ts";

const words = {
  none: ["Nobody has done anything about it.", "还没有人处理过。"],
  verified: ["verified: ChinaUMS says {0}", "复核：银联商务答复 {0}"],
  contradicts: ["this contradicts the record", "与记录矛盾"],
  sweep: ["the sweep", "扫描"],
} as const satisfies Record<string, Both>;

const actionWords = {
  check_requested: ["had it checked", "要求立即查询"],
  resent: ["sent an event again", "重新推送事件"],
  noted: ["noted", "备注"],
  acknowledged: ["acknowledged", "确认已知"],
  copied: ["copied it for ChinaUMS", "复制给银联商务"],
} as const satisfies Record<OperatorActionKind, Both>;

type Row = { readonly at: number; readonly who: string; readonly what: string; readonly text: string };

/** What operators did about a refund and what verifications told, newest first. */
export function renderTrail(view: View, { actions, verifications }: RefundHistory): Html {
  const { say } = view;
  const rows: Row[] = [
    ...actions.map(({ at, by, kind, text }) => ({ at, who: by, what: say(actionWords[kind]), text })),
    ...verifications.map(({ at, reading, contradicts }) => ({
      at,
      who: say(words.sweep),
      what: say(words.verified, readingWord(reading)),
      text: contradicts ? say(words.contradicts) : "",
    })),
  ].sort((a, b) => b.at - a.at);
  if (rows.length === 0) return html`<p>${say(words.none)}</p>`;
  return html`<ol class="timeline">${rows.map(
    ({ at, who, what, text }) =>
      html`<li><p>${instant(view, at)} <strong>${who}</strong> ${what}</p>${text === "" ? "" : html`<blockquote>${text}</blockquote>`}</li>`,
  )}</ol>`;
}
