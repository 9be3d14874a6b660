import { html } from "hono/html";
import type { FoundRefund } from "../../operate/find-by-key.ts";
import { needOf } from "../../shared/refund/needs-person.ts";
import type { RefundsPage } from "../data/read-refunds.ts";
import { listAddress, orders, type Sort, sorts, statesOf, type Wanted } from "../data/wanted-refunds.ts";
import { common } from "../messages/common.ts";
import { orderWords, sortWords, refundsWords as words } from "../messages/refunds.ts";
import { nextCheckText, readingText, stateBadge } from "../parts/badges.ts";
import { duration, fromNow } from "../parts/instant.ts";
import { renderUsedKey } from "../parts/used-key.ts";
import { type Html, nothing, type View } from "../view.ts";
import { foundPath } from "./refund-page.ts";

export type RefundsList = {
  readonly wanted: Wanted;
  readonly page: RefundsPage;
  readonly partnerIds: readonly string[];
};

/** A list of refunds with its filters. */
export function renderRefunds(view: View, { wanted, page, partnerIds }: RefundsList): Html {
  const { say } = view;
  const tab = (list: Wanted["list"], name: string) =>
    html`<a href="${listAddress(wanted, { list, state: undefined, sort: "due", order: "newest" })}"${list === wanted.list ? html` aria-current="page"` : nothing}>${name}</a>`;
  return html`<h1>${say(common.refunds)}</h1>
<nav class="tabs" aria-label="${say(words.lists)}">${tab("open", say(words.open))}${tab("ended", say(words.ended))}</nav>
${filters(view, wanted, partnerIds)}
<section id="list" class="card" data-part aria-label="${say(common.refunds)}">${refundTable(
    view,
    page.refunds.map((recorded) => ({ recorded, keys: [] })),
    wanted,
  )}
<p class="pager">${say(page.refunds.length === 0 && page.next === undefined ? words.none : words.shown, page.refunds.length)}
${wanted.after === undefined ? nothing : html`<a href="${listAddress(wanted)}">${say(words.first)}</a>`}
${page.next === undefined ? nothing : html`<a rel="next" href="${listAddress(wanted, { after: page.next })}">${say(words.next)}</a>`}
<a href="${listAddress(wanted, {}, "/refunds.csv")}" download>${say(words.csv)}</a></p></section>`;
}

/** What a search by order number or key has found, if that is not just one. */
export function renderFound(view: View, text: string, found: readonly FoundRefund[]): Html {
  const { say } = view;
  return html`<h1>${text}</h1><p>${say(found.length === 0 ? words.notFound : words.several, found.length)}</p>
${found.length === 0 ? nothing : refundTable(view, found, undefined)}`;
}

function filters({ say }: View, wanted: Wanted, partnerIds: readonly string[]): Html {
  const option = (value: string, name: string, chosen: string | undefined) =>
    html`<option value="${value}"${value === (chosen ?? "") ? html` selected` : nothing}>${name}</option>`;
  return html`<form class="filters" action="/refunds">
<input type="hidden" name="list" value="${wanted.list}">
<label>${say(words.stateOrReading)} <select class="above" name="state">${option("", say(words.all), wanted.state)}${statesOf[wanted.list].map((word) => option(word, word, wanted.state))}</select></label>
<label>${say(common.partner)} <select class="above" name="partner">${option("", say(words.all), wanted.partner)}${partnerIds.map((id) => option(id, id, wanted.partner))}</select></label>
<label>${say(common.mid)} <input class="above" name="mid" value="${wanted.mid ?? ""}" size="16" maxlength="15" spellcheck="false"></label>
<label>${say(words.olderThan)} <input class="above" name="age" value="${wanted.age ?? ""}" size="5" placeholder="1d" pattern="\\d{1,6}[smhd]"></label>
${
  wanted.list === "open"
    ? html`<label>${say(words.sort)} <select class="above" name="sort">${sorts.map((sort) => option(sort, say(sortWords[sort]), wanted.sort))}</select></label>
<label class="check"><input type="checkbox" name="due" value="1"${wanted.isDue ? html` checked` : nothing}> ${say(words.due)}</label>`
    : html`<label>${say(words.sort)} <select class="above" name="order">${orders.map((order) => option(order, say(orderWords[order]), wanted.order))}</select></label>`
}
<button>${say(words.filter)}</button>
</form>`;
}

const head = [
  [common.merOrderId, undefined],
  [common.state, "state"],
  [common.reading, undefined],
  [common.checks, "checks"],
  [common.age, "age"],
  [common.nextCheck, "due"],
  [common.mid, undefined],
  [common.partners, undefined],
] as const satisfies readonly (readonly [(typeof common)[keyof typeof common], Sort | undefined])[];

function refundTable(view: View, refunds: readonly FoundRefund[], wanted: Wanted | undefined): Html {
  if (refunds.length === 0) return nothing;
  const { say } = view;
  const title = (name: string, sort: Sort | undefined) =>
    wanted === undefined || wanted.list === "ended" || sort === undefined
      ? html`<th scope="col">${name}</th>`
      : html`<th scope="col"${sort === wanted.sort ? html` aria-sort="ascending"` : nothing}><a href="${listAddress(wanted, { sort })}">${name}</a></th>`;
  return html`<div class="table"><table class="cards"><thead><tr>${head.map(([name, sort]) => title(say(name), sort))}</tr></thead>
<tbody>${refunds.map((one) => refundRow(view, one))}</tbody></table></div>`;
}

function refundRow(view: View, { recorded: one, keys }: FoundRefund): Html {
  const { say, now } = view;
  const { mid, merOrderId } = one.refund;
  const link = html`<th scope="row"><a href="${foundPath({ recorded: one, keys })}">${merOrderId}</a>${keys.map((key) => html`<br>${renderUsedKey(view, key)}`)}</th>`;
  if (one.kind === "unreadable") return html`<tr>${link}<td colspan="7">${one.refund.problem}</td></tr>`;
  const { refund } = one;
  const need = needOf(refund, now);
  const cells: [string, Html | string][] = [
    [
      say(common.state),
      html`${stateBadge(view, refund.state)}${need !== undefined && need !== refund.acknowledged ? html` <span class="badge person">${say(words.person)}</span>` : nothing}`,
    ],
    [say(common.reading), readingText(view, refund)],
    [say(common.checks), String(refund.attempts)],
    [say(common.age), duration(view, now - refund.firstSeenAt)],
    [
      say(common.nextCheck),
      refund.untold === undefined ? nextCheckText(view, refund) : say(words.untold, fromNow(view, refund.untold.since)),
    ],
    [say(common.mid), mid],
    [say(common.partners), refund.partners.join(", ")],
  ];
  return html`<tr>${link}${cells.map(([name, value]) => html`<td data-label="${name}">${value}</td>`)}</tr>`;
}
