import { html } from "hono/html";
import { knownProducts } from "../../operate/refund-records.ts";
import { curlCommand } from "../../sandbox/query/curl-command.ts";
import type { Ready } from "../../tools/ready.ts";
import type { Asking, Exchange } from "../data/ask-as-partner.ts";
import type { ExampleProgram } from "../data/example-programs.ts";
import { type StepName, stepNames } from "../data/simulator-steps.ts";
import { common } from "../messages/common.ts";
import { stepWords, simulatorWords as words } from "../messages/simulator.ts";
import { form } from "../parts/form.ts";
import { type Html, nothing, type View } from "../view.ts";
import { refundPath } from "./refund-page.ts";

export type SimulatorPage = {
  readonly partners: Ready["partners"];
  readonly asking: Asking;
  readonly chosen: readonly StepName[];
  /** Which answers were scripted last, and about which order. */
  readonly scripted: string;
  readonly exchange: Exchange | undefined;
  readonly programs: readonly ExampleProgram[];
};

/** A script in one word, to tell whether what is chosen is what was scripted. */
export function scriptWord({ merOrderId }: Asking, chosen: readonly StepName[]): string {
  return `${merOrderId} ${chosen.join(",")}`;
}

/** Scripts the next answers about an order, asks about it, and shows what went over the wire. */
export function renderSimulator(view: View, page: SimulatorPage): Html {
  const { say } = view;
  const { asking, chosen, scripted, exchange } = page;
  // One form, so that no button loses what was typed. Enter in a field is the first button.
  const fields = html`<input type="hidden" name="steps" value="${chosen.join(",")}"><input type="hidden" name="scripted" value="${scripted}">
<div class="columns">
<section class="card" aria-labelledby="h-question"><h2 id="h-question">${say(words.question)}</h2>${questionFields(view, page)}
<button class="main">${say(words.ask)}</button>
<p><a href="${refundPath(asking)}">${say(words.open, asking.merOrderId)}</a></p></section>
<section id="script" class="card" tabindex="-1" aria-labelledby="h-script"><h2 id="h-script">${say(words.script)}</h2>${script(view, chosen, scripted === scriptWord(asking, chosen))}</section>
</div>`;
  return html`<h1>${say(common.simulator)}</h1><p>${say(words.intro)}</p>
${view.isReadOnly ? html`<p class="warning">${say(common.onlyShows)}</p>` : form(view, "/simulator/ask#sent", fields)}
${exchange === undefined ? nothing : renderExchange(view, exchange)}
${exchange === undefined ? nothing : renderPrograms(view, curlCommand(exchange.request), page.programs)}`;
}

function questionFields({ say }: View, { asking, partners }: SimulatorPage): Html {
  const field = (name: keyof Asking, label: string, length: number) =>
    html`<label for="s-${name}">${label}</label><input class="wide" id="s-${name}" name="${name}" value="${asking[name]}" maxlength="${length}" required spellcheck="false" autocomplete="off">`;
  const option = (value: string, chosen: string) =>
    html`<option${value === chosen ? html` selected` : nothing}>${value}</option>`;
  return html`${field("merOrderId", say(common.merOrderId), 32)}${field("mid", say(common.mid), 15)}${field("tid", say(common.tid), 8)}
<label for="s-instMid">${say(common.instMid)}</label><select class="wide" id="s-instMid" name="instMid">${knownProducts.map((one) => option(one, asking.instMid))}</select>
<label for="s-partnerId">${say(words.asPartner)}</label><select class="wide" id="s-partnerId" name="partnerId">${partners.map(({ partnerId }) => option(partnerId, asking.partnerId))}</select>`;
}

/** Answers to choose from, those that are chosen, and what can be done with them. */
function script({ say }: View, chosen: readonly StepName[], isScripted: boolean): Html {
  const choose = (name: "add" | "clear", value: string, label: string) =>
    html`<button class="inline" formaction="/simulator/choose" formnovalidate name="${name}" value="${value}">${label}</button>`;
  return html`<div class="chips" role="group" aria-label="${say(words.add)}">${stepNames.map((name) => choose("add", name, say(stepWords[name])))}</div>
${
  chosen.length === 0
    ? html`<p>${say(words.nothingChosen)}</p>`
    : html`<p>${say(isScripted ? words.scripted : words.chosen)}</p><ol>${chosen.map((name) => html`<li>${say(stepWords[name])}</li>`)}</ol>
<div class="chips"><button class="main inline" formaction="/simulator/script">${say(words.scriptNow)}</button>${choose("clear", "1", say(words.clear))}</div>`
}`;
}

function renderExchange({ say }: View, { request, answer, trouble }: Exchange): Html {
  const { pathname, host } = new URL(request.url);
  const sent = [
    `POST ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    ...Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`),
    "",
    request.body,
  ];
  const came = answer && [`HTTP/1.1 ${answer.status}`, ...answer.headers, "", answer.body];
  return html`<section id="sent" class="card" tabindex="-1" aria-labelledby="h-sent"><h2 id="h-sent">${say(words.request)}</h2><pre tabindex="0">${sent.join("\n")}</pre></section>
<section class="card" aria-labelledby="h-came"><h2 id="h-came">${say(words.answer)}</h2>${came === undefined ? html`<p class="warning">${say(words.noAnswer, trouble ?? "")}</p>` : html`<pre tabindex="0">${came.join("\n")}</pre>`}</section>`;
}

function renderPrograms({ say }: View, curl: string, programs: readonly ExampleProgram[]): Html {
  return html`<section class="card" aria-labelledby="h-same"><h2 id="h-same">${say(words.same)}</h2>
<details open><summary>curl</summary><pre tabindex="0">${curl}</pre></details>
${programs.map(({ language, command, source }) => html`<details><summary>${language}</summary><pre tabindex="0">${command}</pre><pre tabindex="0">${source}</pre></details>`)}</section>`;
}
