import { html } from "hono/html";
import type { Language, Say } from "./language.ts";

/** HTML in which every text was escaped. */
export type Html = ReturnType<typeof html>;

/** What every page needs to know of the request and of the console that answers it. */
export type View = {
  readonly say: Say;
  readonly language: Language;
  /** Path and query of the page, which the link to the other language leads back to; undefined for the answer to a form. */
  readonly url: URL | undefined;
  /** Sent back by every form, so that no other site can send one. */
  readonly csrf: string;
  readonly isReadOnly: boolean;
  readonly isLocal: boolean;
  /** Epoch ms. */
  readonly now: number;
  /** What the last action has done, if the page is shown because of one. */
  readonly notice: string | undefined;
};

/** Nothing to show. */
export const nothing: Html = html``;
