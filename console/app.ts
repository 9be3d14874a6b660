import { Hono } from "hono";
import { html } from "hono/html";
import { awsFailure } from "../tools/aws-failure.ts";
import { assetRoutes } from "./assets.ts";
import type { ConsoleDeps } from "./console-deps.ts";
import { createGuard } from "./guard.ts";
import { common } from "./messages/common.ts";
import { overviewRoutes } from "./routes/overview-routes.ts";
import { partnerRoutes } from "./routes/partner-routes.ts";
import { refundRoutes } from "./routes/refund-routes.ts";
import { refundsRoutes } from "./routes/refunds-routes.ts";
import { simulatorRoutes } from "./routes/simulator-routes.ts";
import { createShow } from "./show.ts";
import type { View } from "./view.ts";

/** The console as a handler of requests. Each page has a URL, and each change is a form. */
export function createConsoleApp(deps: ConsoleDeps): Hono {
  const app = new Hono();
  const show = createShow(deps);
  app.use(createGuard(deps));
  app.route("/assets", assetRoutes());
  app.route("/", overviewRoutes(deps, show));
  app.route("/", refundsRoutes(deps, show));
  app.route("/", refundRoutes(deps, show));
  app.route("/", partnerRoutes(deps, show));
  if (deps.localRun !== undefined) app.route("/", simulatorRoutes(deps.localRun, deps, show));

  const sorry = ({ say }: View, text: string) => html`<h1>${text}</h1><p><a href="/">${say(common.back)}</a></p>`;
  app.notFound((c) =>
    show(c, (view) => ({ title: "404", place: undefined, body: sorry(view, view.say(common.notFound)) }), 404),
  );
  app.onError((error, c) =>
    show(
      c,
      (view) => ({
        title: view.say(common.failed),
        place: undefined,
        // Of an error that is none of AWS only the name is shown, because its message might quote a secret.
        body: sorry(view, view.say(common.unavailable, awsFailure(error) ?? error.name)),
      }),
      500,
    ),
  );
  return app;
}
