import { html } from "hono/html";
import type { Evidence } from "../../shared/refund/evidence.ts";
import { readingWord } from "../../shared/refund/reading-word.ts";
import type { Both } from "../language.ts";
import { becauseOf } from "../messages/words.ts";
import { type Html, nothing, type View } from "../view.ts";
import { instant } from "./instant.ts";

const words = {
  title: ["Checks that gave no answer", "没有有效应答的查询"],
  times: ["{0} in a row", "连续 {0} 次"],
  nothingCame: ["Nothing came.", "没有收到任何内容。"],
  came: ["HTTP {0}, {1} bytes, digest {2}", "HTTP {0}，{1} 字节，摘要 {2}"],
  beginning: ["The beginning, card numbers masked", "开头部分（卡号已遮蔽）"],
} as const satisfies Record<string, Both>;

/** What came of checks that gave no answer, newest first. */
export function renderEvidence(view: View, oldestFirst: readonly Evidence[]): Html {
  if (oldestFirst.length === 0) return nothing;
  return html`<h3>${view.say(words.title)}</h3><ol class="timeline">${oldestFirst.map((row) => renderRow(view, row)).reverse()}</ol>`;
}

function renderRow(view: View, { at, times, reading, code, cameBack }: Evidence): Html {
  const { say } = view;
  return html`<li>
<p>${instant(view, at)} <code>${readingWord(reading)}${code === undefined ? "" : ` ${code}`}</code> <small>${say(words.times, times)}</small></p>
<p>${say(becauseOf(reading))} ${cameBack === undefined ? say(words.nothingCame) : say(words.came, cameBack.status, cameBack.bytes, cameBack.digest)}</p>
${cameBack?.excerpt ? html`<figure><figcaption>${say(words.beginning)}</figcaption><pre tabindex="0">${cameBack.excerpt}</pre></figure>` : nothing}
</li>`;
}
