import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Hono } from "hono";

const own = join(import.meta.dirname, "assets");
const uplot = join(dirname(createRequire(import.meta.url).resolve("uplot/package.json")), "dist");

const assets: Readonly<Record<string, readonly [file: string, type: string]>> = {
  "console.css": [join(own, "console.css"), "text/css"],
  "parts.css": [join(own, "parts.css"), "text/css"],
  "forms.css": [join(own, "forms.css"), "text/css"],
  "console.js": [join(own, "console.js"), "text/javascript"],
  "charts.js": [join(own, "charts.js"), "text/javascript"],
  "icon.svg": [join(own, "icon.svg"), "image/svg+xml"],
  "uplot.css": [join(uplot, "uPlot.min.css"), "text/css"],
  "uplot.js": [join(uplot, "uPlot.esm.js"), "text/javascript"],
};

/** What the pages load: our own style and script, and the charts, all as they are on disk. */
export function assetRoutes(): Hono {
  const routes = new Hono();
  for (const [name, [file, type]] of Object.entries(assets)) {
    routes.get(`/${name}`, (c) =>
      c.body(readFileSync(file, "utf8"), 200, { "Content-Type": `${type}; charset=utf-8` }),
    );
  }
  return routes;
}
