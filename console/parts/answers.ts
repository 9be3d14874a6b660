import { html } from "hono/html";
import type { AnswerFields } from "../../shared/refund/check.ts";
import { readingWord } from "../../shared/refund/reading-word.ts";
import type { KeptAnswer } from "../../shared/refund/refund.ts";
import { shownMembers } from "../../shared/refund/shown-answer.ts";
import type { Both } from "../language.ts";
import { type Html, nothing, type View } from "../view.ts";
import { instant } from "./instant.ts";

const words = {
  none: ["ChinaUMS has given no answer about it so far.", "银联商务还没有给出关于它的应答。"],
  changed: ["What changed since the answer before", "与上一应答的差别"],
  whole: ["The whole answer", "完整应答"],
  member: ["Member", "字段"],
  before: ["Before", "之前"],
  after: ["After", "之后"],
  value: ["Value", "值"],
  latency: ["{0} ms, matched by {1}", "{0} 毫秒，匹配依据 {1}"],
} as const satisfies Record<string, Both>;

/** The distinct answers about a refund, newest first, each with what it says otherwise than the one before. */
export function renderAnswers(view: View, oldestFirst: readonly KeptAnswer[]): Html {
  if (oldestFirst.length === 0) return html`<p>${view.say(words.none)}</p>`;
  const items = oldestFirst.map((answer, i) => renderAnswer(view, answer, oldestFirst[i - 1]));
  return html`<ol class="timeline">${items.reverse()}</ol>`;
}

function renderAnswer(view: View, answer: KeptAnswer, before: KeptAnswer | undefined): Html {
  const { at, latencyMs, reading, matchedBy, fields } = answer;
  const { say } = view;
  return html`<li>
<p>${instant(view, at)} <code>${readingWord(reading)}</code> <small>${say(words.latency, latencyMs, matchedBy ?? "–")}</small></p>
<p>${said(fields)}</p>
${before === undefined ? nothing : diffTable(view, before.fields, fields)}
<details><summary>${say(words.whole)}</summary>${membersTable(view, fields)}</details>
</li>`;
}

/** What a person looks for first. */
function said({ errCode, errMsg, errInfo, refundStatus }: AnswerFields): string {
  return [errCode, refundStatus, errMsg ?? errInfo].filter((one) => one !== undefined && one !== "").join(" · ");
}

/** They differ from answer to answer though nothing has changed. */
const clocks = new Set(["responseTimeStamp", "responseTimestamp"]);

/** Members whose value is another, or which only one of two answers has. */
export function changedMembers(before: AnswerFields, after: AnswerFields): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name] && !clocks.has(name));
}

function diffTable({ say }: View, before: AnswerFields, after: AnswerFields): Html {
  const names = changedMembers(shownMembers(before), shownMembers(after));
  if (names.length === 0) return nothing;
  return html`<table class="diff"><caption>${say(words.changed)}</caption>
<thead><tr><th scope="col">${say(words.member)}</th><th scope="col">${say(words.before)}</th><th scope="col">${say(words.after)}</th></tr></thead>
<tbody>${names.map(
    (name) =>
      html`<tr><th scope="row"><code>${name}</code></th><td><del>${before[name]}</del></td><td><ins>${after[name]}</ins></td></tr>`,
  )}</tbody></table>`;
}

export function membersTable({ say }: View, fields: AnswerFields): Html {
  const members = Object.entries(shownMembers(fields)).filter(([, value]) => value !== undefined);
  return html`<table><thead><tr><th scope="col">${say(words.member)}</th><th scope="col">${say(words.value)}</th></tr></thead>
<tbody>${members.map(([name, value]) => html`<tr><th scope="row"><code>${name}</code></th><td>${value}</td></tr>`)}</tbody></table>`;
}
