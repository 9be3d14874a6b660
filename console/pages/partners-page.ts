import { html } from "hono/html";
import type { Partner } from "../../shared/partner/partner.ts";
import type { PartnerRow } from "../data/partner-rows.ts";
import { common } from "../messages/common.ts";
import { partnersWords as words } from "../messages/partners.ts";
import { form } from "../parts/form.ts";
import { duration, fromNow, instant } from "../parts/instant.ts";
import { type Html, nothing, type View } from "../view.ts";
import { type ActivityShown, refusalsText, renderActivity } from "./partner-activity.ts";

export type PartnersPage = ActivityShown & {
  readonly rows: readonly PartnerRow[];
  /** Why what was just asked for was not done. */
  readonly problem: string | undefined;
};

/** All partners without their keys, and what can be changed. */
export function renderPartners(view: View, page: PartnersPage): Html {
  const { say } = view;
  const { rows, problem } = page;
  return html`<h1>${say(common.partners)}</h1>
${problem === undefined ? nothing : html`<p class="warning" role="alert">${problem}</p>`}
${rows.length === 0 ? html`<p>${say(words.none)}</p>` : rows.map((row) => partnerCard(view, row))}
${renderActivity(
  view,
  page,
  rows.map(({ partnerId }) => partnerId),
)}
${form(
  view,
  "/partners/add",
  html`<section class="card" aria-labelledby="h-add"><h2 id="h-add">${say(words.add)}</h2>
<label for="id">${say(words.name)}</label><input class="wide" id="id" name="id" required maxlength="64" pattern="[A-Za-z0-9_\\-]+" spellcheck="false" autocomplete="off">
<label for="mids">${say(words.mids)}</label><input class="wide" id="mids" name="mids" required spellcheck="false" autocomplete="off">
<button>${say(words.addNow)}</button></section>`,
)}`;
}

function partnerCard(view: View, row: PartnerRow): Html {
  const { say, now } = view;
  const { partnerId, keysSince, activity, share, webhookDisabledAt } = row;
  const age = (since: number | undefined) => (since === undefined ? say(common.unknown) : duration(view, now - since));
  const pair = (name: string, value: Html | string) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`<section class="card" aria-labelledby="p-${partnerId}"><h2 id="p-${partnerId}">${partnerId}</h2>
<dl>
${pair("AppId", html`<code>${row.appId}</code>`)}
${pair(say(words.merchants), row.mids.join(", "))}
${pair(say(words.keys), html`${say(words.keyAges, age(keysSince[0]))}${keysSince.length > 1 ? html`<br>${say(words.oldKey, age(keysSince[1]))}` : nothing}`)}
${pair(say(words.mayDo), row.allow?.join(", ") || say(common.none))}
${pair(say(words.share), share === undefined ? say(words.ofDeployment) : say(words.ownShare, share.perSecond, share.burst))}
${pair(say(words.webhook), html`${row.webhookOrigin ?? say(words.noWebhook)}${webhookDisabledAt === undefined ? nothing : html` <span class="warning">${say(words.disabledWebhook, fromNow(view, webhookDisabledAt))}</span>`}`)}
${
  activity === undefined
    ? nothing
    : html`${pair(say(words.lastSeen), activity.lastSeenAt === undefined ? say(words.unseen) : instant(view, activity.lastSeenAt))}
${pair(say(words.requests), String(activity.requests))}
${pair(say(words.refusals), refusalsText(activity) || say(common.none))}`
}
</dl>${changes(view, row)}</section>`;
}

function changes(view: View, { partnerId, keysSince }: PartnerRow): Html {
  const { say, isReadOnly } = view;
  if (isReadOnly) return nothing;
  const path = `/partners/${encodeURIComponent(partnerId)}`;
  return html`<details><summary>${say(words.change)}</summary><p><small>${say(words.delay)}</small></p>
${keysSince.length < 2 ? form(view, `${path}/rotate`, html`<button>${say(words.rotate)}</button>`) : form(view, `${path}/retire`, html`<button>${say(words.retire)}</button>`)}
${form(view, `${path}/remove`, html`<label for="r-${partnerId}">${say(words.confirmRemove)}</label><input class="wide" id="r-${partnerId}" name="name" required autocomplete="off" spellcheck="false"><button class="danger">${say(words.remove)}</button>`)}
</details>`;
}

/** A new pair, which is shown this once. */
export function renderNewKey({ say }: View, { partnerId, appId, appKeys: [appKey], mids }: Partner): Html {
  const pair = (name: string, value: string) => html`<div><dt>${name}</dt><dd><code>${value}</code></dd></div>`;
  return html`<h1>${partnerId}</h1><section class="card" aria-labelledby="h-key"><h2 id="h-key">${say(words.newKey)}</h2>
<dl>${pair("AppId", appId)}${pair("AppKey", appKey ?? "")}${pair(say(words.merchants), mids.join(", "))}</dl>
<p class="warning">${say(words.keyNote)}</p></section><p><a href="/partners">${say(words.back)}</a></p>`;
}
