import { html } from "hono/html";
import type { FoundRefund } from "../../operate/find-by-key.ts";
import { answersOf, type RefundHistory } from "../../operate/refund-history.ts";
import { refundPk, stateSk } from "../../shared/aws/keys.ts";
import type { UsedKey } from "../../shared/aws/used-keys.ts";
import { type Need, needOf } from "../../shared/refund/needs-person.ts";
import { maxActionText } from "../../shared/refund/operator-action.ts";
import type { Ladders } from "../../shared/refund/recheck-ladder.ts";
import { isFinal, type Refund, type RefundIdentity } from "../../shared/refund/refund.ts";
import { terminalsToTry } from "../../shared/refund/terminals.ts";
import { common } from "../messages/common.ts";
import { refundWords as words } from "../messages/refund.ts";
import { adviceWords, becauseOf, needWords } from "../messages/words.ts";
import { renderAnswers } from "../parts/answers.ts";
import { readingText, stateBadge } from "../parts/badges.ts";
import { renderEvidence } from "../parts/evidence.ts";
import { textForChinaums } from "../parts/for-chinaums.ts";
import { form } from "../parts/form.ts";
import { duration, instant } from "../parts/instant.ts";
import { drawSchedule } from "../parts/schedule-drawing.ts";
import { renderTold } from "../parts/told.ts";
import { renderTrail } from "../parts/trail.ts";
import { renderUsedKey } from "../parts/used-key.ts";
import { plannedChecks, whyThen } from "../parts/why-then.ts";
import { type Html, nothing, type View } from "../view.ts";

const dayMs = 86_400_000;

/** The page of one refund. */
export function refundPath({ mid, instMid, merOrderId }: RefundIdentity): string {
  return `/refunds/${[mid, instMid, merOrderId].map(encodeURIComponent).join("/")}`;
}

/** The same page, with the keys that led there. They are named by their digests, because a key may hold a secret. */
export function foundPath({ recorded, keys }: FoundRefund): string {
  const search = new URLSearchParams(keys.map(({ id }): [string, string] => ["key", id]));
  return `${refundPath(recorded.refund)}${search.size === 0 ? "" : `?${search}`}`;
}

export type RefundPage = {
  readonly refund: Refund;
  readonly history: RefundHistory;
  readonly ladders: Ladders;
  /** Those of its keys that led to the page. */
  readonly keys: readonly UsedKey[];
};

/** One refund: how it stands, why, what comes next, all that is known of it, and what can be done. */
export function renderRefund(view: View, { refund, history, ladders, keys }: RefundPage): Html {
  const { say } = view;
  const path = refundPath(refund);
  const answers = answersOf(refund, history);
  return html`<h1>${refund.merOrderId}</h1>
<div class="columns">
<section id="standing" class="card" data-part aria-labelledby="h-standing"><h2 id="h-standing">${say(words.standing)}</h2>${standing(view, refund, ladders, keys)}</section>
<section id="actions" class="card" data-part aria-labelledby="h-actions"><h2 id="h-actions">${say(words.actions)}</h2>${actions(view, refund, textForChinaums(refund, answers), path)}</section>
</div>
<section id="schedule" class="card" data-part aria-labelledby="h-schedule"><h2 id="h-schedule">${say(words.schedule)}</h2>${schedule(view, refund, history, ladders)}</section>
<section id="answers" class="card" data-part aria-labelledby="h-answers"><h2 id="h-answers">${say(words.answers)}</h2>${renderAnswers(view, answers)}${renderEvidence(view, refund.evidence)}</section>
<section id="told" class="card" data-part aria-labelledby="h-told"><h2 id="h-told">${say(words.told)}</h2>${renderTold(view, history.told, path)}</section>
<section id="trail" class="card" data-part aria-labelledby="h-trail"><h2 id="h-trail">${say(words.trail)}</h2>${renderTrail(view, history)}</section>
${history.unreadable.length === 0 ? nothing : html`<p class="warning">${say(words.unreadable, history.unreadable.join(", "))}</p>`}`;
}

function standing(view: View, refund: Refund, ladders: Ladders, keys: readonly UsedKey[]): Html {
  const { say, now } = view;
  const need = needOf(refund, now);
  const row = (name: string, value: Html | string) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`<p>${stateBadge(view, refund.state)} ${readingText(view, refund)}</p>
<p class="because">${isFinal(refund.state) ? nothing : html`<strong>${say(words.notFinal)}</strong> `}${say(becauseOf(refund.reading))}</p>
${need === undefined ? nothing : needNote(view, need, need === refund.acknowledged)}
<dl>
${keys.map((key) => row(say(words.foundBy), renderUsedKey(view, key)))}
${row(say(common.nextCheck), html`${refund.dueAt === undefined ? say(common.none) : instant(view, refund.dueAt)}<br><small>${whyThen(view, refund, ladders)}</small>`)}
${row(say(common.lastCheck), refund.checkedAt === undefined ? say(common.never) : instant(view, refund.checkedAt))}
${row(say(words.counted), String(refund.attempts))}
${row(say(words.firstSeen), instant(view, refund.firstSeenAt))}
${refund.stalledSince === undefined ? nothing : row(say(words.stalled), duration(view, now - refund.stalledSince))}
${row(say(common.mid), refund.mid)}
${row(
  say(common.tid),
  terminalsToTry(refund)
    .map((tid) => (tid === refund.confirmedTid ? `${tid} (${say(words.confirmed)})` : tid))
    .join(", "),
)}
${row(say(common.instMid), refund.instMid)}
${row(say(common.partners), refund.partners.join(", ") || say(common.none))}
${refund.sentMsgId === undefined ? nothing : row(say(words.msgId), html`<code>${refund.sentMsgId}</code>`)}
${row(say(words.key), html`<code>${refundPk(refund)}</code> <code>${stateSk}</code>`)}
</dl>`;
}

function needNote({ say }: View, need: Need, isAcknowledged: boolean): Html {
  if (isAcknowledged) return html`<p class="quiet">${say(needWords[need])} · ${say(words.acknowledged)}</p>`;
  return html`<p class="warning"><strong>${say(needWords[need])}${say([".", "。"])}</strong> ${say(adviceWords[need])}</p>`;
}

function schedule(view: View, refund: Refund, history: RefundHistory, ladders: Ladders): Html {
  const { firstSeenAt, checkedAt, evidence } = refund;
  const known = [...answersOf(refund, history), ...history.verifications, ...evidence].map(({ at }) => at);
  const past = [...new Set([...known, ...(checkedAt === undefined ? [] : [checkedAt])])];
  const planned = plannedChecks(refund, ladders, firstSeenAt + 30 * dayMs);
  return html`${drawSchedule(view, { firstSeenAt, past, planned })}
<p><small>${view.say(words.drawn, past.length, refund.attempts, planned.length)}</small></p>`;
}

function actions(view: View, refund: Refund, forChinaums: string, path: string): Html {
  const { say, now, isReadOnly } = view;
  const need = needOf(refund, now);
  const text = (id: string, label: string, required: boolean) =>
    html`<label for="${id}">${label}</label><textarea id="${id}" name="text" rows="2" maxlength="${maxActionText}"${required ? html` required` : nothing}></textarea>`;
  return html`${isReadOnly ? html`<p>${say(common.onlyShows)}</p>` : nothing}
${form(view, `${path}/check`, html`<button class="main">${say(isFinal(refund.state) ? words.verifyNow : words.checkNow)}</button>`)}
${need === undefined || need === refund.acknowledged ? nothing : form(view, `${path}/acknowledge`, html`${text("why", say(words.acknowledgeWhy), true)}<button>${say(words.acknowledge)}</button>`)}
${form(view, `${path}/note`, html`${text("note", say(words.note), true)}<button>${say(words.addNote)}</button>`)}
<details><summary>${say(words.forChinaums)}</summary>
<label for="for-chinaums">${say(words.forChinaumsText)}</label><textarea id="for-chinaums" rows="12" readonly lang="zh-CN">${forChinaums}</textarea>
${form(view, `${path}/copy`, html`<button data-copy="for-chinaums">${say(words.copy)}</button>`)}
</details>`;
}
