import { html } from "hono/html";
import { languages } from "./language.ts";
import { common } from "./messages/common.ts";
import { type Html, nothing, type View } from "./view.ts";

export type Page = {
  readonly title: string;
  /** The page in the navigation that this one belongs to. */
  readonly place: "/" | "/refunds" | "/partners" | "/simulator" | undefined;
  readonly body: Html;
  /** True if parts of the page are loaded again every few seconds. */
  readonly isLive?: boolean;
};

/** A whole page: head, navigation, notice and body. */
export function renderPage(view: View, { title, place, body, isLive = false }: Page): Html {
  const { say, language, isReadOnly, notice } = view;
  return html`<!doctype html>
<html lang="${language === "zh" ? "zh-CN" : "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${say(common.product)}</title>
<link rel="icon" href="/assets/icon.svg">
${["uplot", "console", "parts", "forms"].map((name) => html`<link rel="stylesheet" href="/assets/${name}.css">`)}
<script type="module" src="/assets/console.js"></script>
</head>
<body${isLive ? html` data-live="${view.isLocal ? 3 : 15}"` : nothing}>
<a class="skip" href="#content">${say(common.skip)}</a>
<header class="top">
  <a class="brand" href="/">${say(common.product)}</a>
  <nav aria-label="${say(common.navigation)}">${links(view, place)}</nav>
  ${searchForm(view)}
  ${languageLink(view)}
  ${isReadOnly ? html`<span class="badge">${say(common.readOnly)}</span>` : nothing}
</header>
<main id="content" tabindex="-1">
${notice === undefined ? nothing : html`<p class="notice" role="status">${notice}</p>`}
${body}
</main>
<footer>${say(common.timeNote, say(common.timeZone))}${isLive ? html` <span id="live" role="status" data-lost="${say(common.lost)}">${say(common.live)}</span>` : nothing}</footer>
</body>
</html>`;
}

function links({ say, isLocal }: View, place: Page["place"]): Html[] {
  const pages = [
    ["/", common.overview],
    ["/refunds", common.refunds],
    ["/partners", common.partners],
    ...(isLocal ? [["/simulator", common.simulator] as const] : []),
  ] as const;
  return pages.map(
    ([href, name]) => html`<a href="${href}"${href === place ? html` aria-current="page"` : nothing}>${say(name)}</a>`,
  );
}

function searchForm({ say }: View): Html {
  return html`<form class="search" role="search" action="/refunds">
    <input name="q" type="search" aria-label="${say(common.search)}" placeholder="${say(common.searchShort)}" maxlength="600" spellcheck="false" autocomplete="off">
    <button class="inline">${say(common.find)}</button>
  </form>`;
}

/** The same page in the other language. */
function languageLink({ say, url, language }: View): Html {
  if (url === undefined) return nothing;
  const search = new URLSearchParams(url.search);
  search.set("lang", languages.find((other) => other !== language) ?? language);
  search.delete("done");
  return html`<a class="language" href="${url.pathname}?${search}" lang="${language === "zh" ? "en" : "zh-CN"}">${say(common.otherLanguage)}</a>`;
}
