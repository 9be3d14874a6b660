import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ConsoleDeps } from "./console-deps.ts";
import { csrfOf } from "./guard.ts";
import { isLanguage, type Language, preferredLanguage, sayIn } from "./language.ts";
import { doneWords, isDone } from "./messages/refund.ts";
import { type Page, renderPage } from "./page.ts";
import type { View } from "./view.ts";

/** Answers with a page. */
export type Show = (
  c: Context,
  make: (view: View) => Page | Promise<Page>,
  status?: ContentfulStatusCode,
) => Promise<Response>;

/** Pages in the reader's language, which is the one of the address, else the one chosen before, else the browser's. */
export function createShow({ token, isReadOnly, localRun, now }: ConsoleDeps): Show {
  function viewOf(c: Context): View {
    const language = languageOf(c);
    const say = sayIn(language);
    const done = c.req.query("done");
    return {
      say,
      language,
      url: c.req.method === "GET" ? new URL(c.req.url) : undefined,
      csrf: csrfOf(token),
      isReadOnly,
      isLocal: localRun !== undefined,
      now: now(),
      notice: isDone(done) ? say(doneWords[done]) : undefined,
    };
  }

  return async (c, make, status = 200) => {
    const view = viewOf(c);
    return c.html(renderPage(view, await make(view)), status);
  };
}

function languageOf(c: Context): Language {
  const chosen = c.req.query("lang");
  if (isLanguage(chosen)) {
    setCookie(c, "lang", chosen, { sameSite: "Strict", path: "/" });
    return chosen;
  }
  const before = getCookie(c, "lang");
  return isLanguage(before) ? before : preferredLanguage(c.req.header("accept-language"));
}
