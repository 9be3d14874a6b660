import { html } from "hono/html";
import { failureOf } from "../../operate/format-delivery.ts";
import type { ToldEvent } from "../../operate/refund-history.ts";
import type { DeliveryState } from "../../shared/telling/delivery.ts";
import { eventId } from "../../shared/telling/refund-event.ts";
import type { Both } from "../language.ts";
import { common } from "../messages/common.ts";
import { type Html, nothing, type View } from "../view.ts";
import { form } from "./form.ts";
import { instant } from "./instant.ts";

const words = {
  none: ["No partner has been told anything yet.", "还没有告知任何合作方。"],
  event: ["Event", "事件"],
  sequence: ["Sequence", "序号"],
  delivery: ["Delivery", "推送"],
  resend: ["Send again", "重新推送"],
  smooth: ["in the feed; no try has failed", "已在事件流中，推送没有失败"],
} as const satisfies Record<string, Both>;

const deliveryWords = {
  due: ["is tried again", "重试中"],
  dead: ["dead", "死信"],
  delivered: ["delivered", "已送达"],
} as const satisfies Record<DeliveryState, Both>;

/** The events that partners were told, and what became of their deliveries. `path` is the page of the refund. */
export function renderTold(view: View, told: readonly ToldEvent[], path: string): Html {
  const { say, isReadOnly } = view;
  if (told.length === 0) return html`<p>${say(words.none)}</p>`;
  const head = [common.when, common.partner, words.event, words.sequence, words.delivery];
  return html`<div class="table"><table class="cards"><thead><tr>${head.map((name) => html`<th scope="col">${say(name)}</th>`)}${isReadOnly ? nothing : html`<th scope="col">${say(words.resend)}</th>`}</tr></thead>
<tbody>${told.map(
    ({ event, delivery }) => html`<tr>
<td data-label="${say(common.when)}">${instant(view, event.at)}</td>
<td data-label="${say(common.partner)}">${event.partnerId}</td>
<td data-label="${say(words.event)}"><code>${eventId(event)}</code></td>
<td data-label="${say(words.sequence)}">${event.sequence}</td>
<td data-label="${say(words.delivery)}">${delivery === undefined ? say(words.smooth) : html`${say(deliveryWords[delivery.state])} <small>${failureOf(delivery)}</small>`}</td>
${isReadOnly ? nothing : html`<td>${form(view, `${path}/resend`, html`<input type="hidden" name="id" value="${eventId(event)}"><button class="inline">${say(words.resend)}</button>`)}</td>`}
</tr>`,
  )}</tbody></table></div>`;
}
