import { html } from "hono/html";
import type { UsedKey } from "../../shared/aws/used-keys.ts";
import type { Both } from "../language.ts";
import type { Html, View } from "../view.ts";
import { instant } from "./instant.ts";

const words = {
  of: ["{0}'s key", "{0} 的键"],
  counts: ["counts until", "有效期至"],
  ended: ["counts no more, since", "已失效，自"],
} as const satisfies Record<string, Both>;

/** Whose key led to a refund, and until when it counts. The table keeps an ended key for a while, which says so. */
export function renderUsedKey(view: View, { partnerId, expiresAt }: UsedKey): Html {
  const { say, now } = view;
  const until = say(expiresAt > now ? words.counts : words.ended);
  return html`${say(words.of, partnerId)} <small>${until} ${instant(view, expiresAt)}</small>`;
}
