import { html } from "hono/html";
import { type Html, nothing, type View } from "../view.ts";

/** A form that changes something. A console that only shows has none. */
export function form({ csrf, isReadOnly }: View, action: string, body: Html): Html {
  if (isReadOnly) return nothing;
  return html`<form method="post" action="${action}"><input type="hidden" name="csrf" value="${csrf}">${body}</form>`;
}
