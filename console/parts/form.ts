import { html } from "hono/html";
import { type Html, nothing, type View } from "../view.ts";

/** A form that changes something. A console that only shows has none. */
export function form(view: View, action: string, body: Html): Html {
  return view.isReadOnly ? nothing : queryForm(view, action, body);
}

/** A form that asks something, and changes nothing of the service. Every console has it. */
export function queryForm({ csrf }: View, action: string, body: Html): Html {
  return html`<form method="post" action="${action}"><input type="hidden" name="csrf" value="${csrf}">${body}</form>`;
}
