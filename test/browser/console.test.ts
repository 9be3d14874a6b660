import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityProblems, launchBrowser, noBrowser } from "../support/browser.ts";
import { useLocalRun } from "../support/local-run.ts";
import { script } from "../support/simulator-control.ts";

if (noBrowser !== undefined) process.stderr.write(`Browser tests are skipped: ${noBrowser}.\n`);

describe.skipIf(noBrowser !== undefined)("the console in a browser", () => {
  const local = useLocalRun({ sweepEveryMs: 1_000, ladder: "2s*5 5s*100" });
  let browser: Browser;
  const problems: string[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
    await script(local.ready().upstreamUrl, "STUCK-0001", [{ errCode: "BAD_REQUEST", errMsg: "终端号错误" }]);
    await local.partner().ask("STUCK-0001");
  });
  afterAll(() => browser?.close());

  const url = () => local.ready().console?.url ?? "";
  const at = (path: string) => new URL(path, url()).href;

  /** A tab of its own, which has come in by the printed address. What the browser complains of is kept. */
  async function openTab(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ locale: "en-US", ...options });
    const page = await context.newPage();
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(error.message));
    await page.goto(url());
    return page;
  }

  test("a newcomer settles a refund, finds a stuck one, learns why, asks again and acknowledges it", async () => {
    const page = await openTab();
    const click = (name: string | RegExp) => page.getByRole("button", { name, exact: true }).click();

    await page.getByRole("link", { name: "Simulator" }).click();
    await page.getByLabel("Refund order number", { exact: true }).fill("NEWCOMER-0001");
    await click("Use these numbers");
    await click("processing");
    await click("refund succeeded");
    await click("Script these answers");
    await click("Sign and send the request");
    await page.getByText('"refundStatus":"PROCESSING"').waitFor();
    await page.getByRole("link", { name: "Open the refund" }).click();
    await page.locator("#standing .badge.succeeded").waitFor();

    await page.getByRole("link", { name: "Overview" }).click();
    await page.locator("#person").getByRole("link", { name: "STUCK-0001" }).click();
    await page.getByText("often to a wrong terminal number").waitFor();
    await page.getByText("终端号错误").first().waitFor();

    await script(local.ready().upstreamUrl, "STUCK-0001", [{ errCode: "NO_MERCHANT" }]);
    await click("Check now");
    await page.getByText("blocked/configuration NO_MERCHANT").first().waitFor();

    await page.getByLabel("Why nobody else has to look at it").fill("The merchant is being set up.");
    await click("Acknowledge");
    await page.getByRole("status").getByText("Acknowledged.").waitFor();
    await page.locator("#trail").getByText("The merchant is being set up.").waitFor();
    await page.getByRole("link", { name: "Overview" }).click();
    expect(await page.locator("#person").getByRole("link", { name: "STUCK-0001" }).count()).toBe(0);
  });

  const pages = [
    "/",
    "/refunds",
    "/refunds?list=ended",
    "/refunds?q=NEWCOMER-0001",
    "/refunds?q=STUCK-0001",
    "/partners",
  ];
  describe.each(["en", "zh"])("in %s", (lang) => {
    test.each(["light", "dark"] as const)("every page keeps the rules of accessibility, %s", async (colorScheme) => {
      const page = await openTab({ colorScheme });
      const found: string[] = [];
      for (const path of [...pages, "/simulator?steps=processing,page", "/nowhere"]) {
        await page.goto(at(`${path}${path.includes("?") ? "&" : "?"}lang=${lang}`));
        for (const summary of await page.locator("summary").all()) await summary.click();
        found.push(...(await accessibilityProblems(page)).map((problem) => `${path} ${problem}`));
      }
      expect(found).toEqual([]);
    });
  });

  test("no page is wider than a phone", async () => {
    const page = await openTab({ viewport: { width: 360, height: 740 } });
    for (const path of [...pages, "/simulator"]) {
      await page.goto(at(path));
      const wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
      expect([path, await page.evaluate(wider)]).toEqual([path, 0]);
    }
  });

  test("a person without a mouse skips to the content and searches by the keyboard", async () => {
    const page = await openTab();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to content");
    await page.getByRole("searchbox").focus();
    await page.keyboard.type("STUCK-0001");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "STUCK-0001" }).waitFor();
  });

  test("what a person is typing is not lost while the page is live", async () => {
    const page = await openTab();
    await page.goto(at("/refunds?q=STUCK-0001"));
    await page.getByLabel("Note", { exact: true }).fill("half a thought");
    await local.requestCheck("STUCK-0001");
    const before = await page.locator("#standing").textContent();
    await expect.poll(() => page.locator("#standing").textContent()).not.toBe(before);
    expect(await page.getByLabel("Note", { exact: true }).inputValue()).toBe("half a thought");
  });

  test("the charts are drawn, and the browser has nothing to complain of", async () => {
    const page = await openTab();
    await page.locator("[data-chart] canvas").first().waitFor();
    expect(problems.filter((text) => !/404/.test(text))).toEqual([]);
  });
});
