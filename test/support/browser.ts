import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";

const executablePath = "/usr/bin/chromium";

/** Why browser tests are skipped here; undefined where there is a browser. */
export const noBrowser = existsSync(executablePath)
  ? undefined
  : `there is no ${executablePath}; install Debian's chromium`;

export function launchBrowser(): Promise<Browser> {
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
  return chromium.launch({ executablePath, args: [...args, "--disable-component-update", "--disable-sync"] });
}

const axeFile = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What breaks the accessibility rules WCAG 2.2 A and AA on a page, a line each. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // The page's own policy lets no script in, so the rules are evaluated past it.
  await page.evaluate(readFileSync(axeFile, "utf8"));
  return await page.evaluate(`(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await axe.run(document, { runOnly: tags });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html.slice(0, 160)));
  })()`);
}
