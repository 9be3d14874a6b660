import { html } from "hono/html";
import { readingWord } from "../../shared/refund/reading-word.ts";
import { isFinal, type Refund } from "../../shared/refund/refund.ts";
import { common } from "../messages/common.ts";
import { stateWords } from "../messages/words.ts";
import type { Html, View } from "../view.ts";
import { fromNow } from "./instant.ts";

/** The state of a refund, in its colour and in words. */
export function stateBadge({ say }: View, state: Refund["state"]): Html {
  return html`<span class="badge ${state}">${say(stateWords[state])}</span>`;
}

/** The last reading as its word, which is the same in both languages, with its code. */
export function readingText({ say }: View, { reading, code }: Pick<Refund, "reading" | "code">): Html {
  if (reading === undefined) return html`${say(common.never)}`;
  return html`<code>${readingWord(reading)}${code === undefined ? "" : ` ${code}`}</code>`;
}

/** When a refund is checked next, for a list. */
export function nextCheckText(view: View, { state, dueAt }: Refund): string {
  if (dueAt !== undefined) return fromNow(view, dueAt);
  return isFinal(state) ? view.say(common.none) : view.say(["by hand", "人工"]);
}
