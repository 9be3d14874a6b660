import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { accessibilityProblems, launchBrowser, noBrowser } from "../support/browser.ts";
import { useLocalRun } from "../support/local-run.ts";

/** What the element that has the keyboard is called, by its label and by its text. */
const focusedNames = `(() => {
  const { labels, textContent } = document.activeElement;
  return [labels?.[0]?.firstChild?.textContent, textContent].map((text) => text?.trim());
})()`;

if (noBrowser !== undefined) process.stderr.write(`Browser tests are skipped: ${noBrowser}.\n`);

describe.skipIf(noBrowser !== undefined)("the console in a browser", { timeout: 600_000 }, () => {
  const local = useLocalRun({ sweepEveryMs: 1_000, ladder: "2s*5 5s*100" });
  let browser: Browser;
  const problems: string[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  // A page that is left open goes on updating itself.
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(() => browser?.close());

  const url = () => local.ready().console?.url ?? "";
  const at = (path: string) => new URL(path, url()).href;

  /** A tab of its own, which has come in by the printed address. What the browser complains of is kept. */
  async function openTab(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ locale: "en-US", ...options });
    const page = await context.newPage();
    // Only ends what hangs: a page is there when it is there, and a busy machine may take its time.
    page.setDefaultTimeout(150_000);
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(error.message));
    await page.goto(url());
    return page;
  }

  test("a newcomer settles a refund, finds a stuck one, learns why, asks again and acknowledges it", async () => {
    const page = await openTab();
    const click = (name: string) => page.getByRole("button", { name, exact: true }).click();
    /** Scripts answers by clicking, and asks about the order. */
    async function scriptAndAsk(merOrderId: string, ...answers: string[]): Promise<void> {
      await page.getByLabel("Refund order number", { exact: true }).fill(merOrderId);
      for (const answer of answers) await click(answer);
      await page.getByText("Chosen, but not scripted yet").waitFor();
      await click("Script these answers");
      await page.getByRole("status").getByText("The next answers are scripted.").waitFor();
      await click("Sign and send the request");
      await page.getByText("Scripted, first to last").waitFor();
      await page.locator("#sent").getByText(merOrderId).waitFor();
    }

    await page.locator("#person").getByRole("link", { name: "Simulator" }).click();
    await scriptAndAsk("NEWCOMER-0001", "processing", "refund succeeded");
    await page.getByText('"refundStatus":"PROCESSING"').waitFor();
    await page.getByRole("link", { name: "Open the refund NEWCOMER-0001" }).click();
    await page.locator("#standing .badge.succeeded").waitFor();
    await page.getByRole("button", { name: "Verify now" }).waitFor();
    await page.locator("#told").getByText("evt_").waitFor();

    await page.getByRole("link", { name: "Simulator" }).click();
    await scriptAndAsk("STUCK-0001", "request refused");
    await page.getByRole("link", { name: "Overview" }).click();
    await page.locator("#person").getByRole("link", { name: "STUCK-0001" }).click();
    await page.getByText("often to a wrong terminal number").first().waitFor();
    await page.locator("#standing").getByText("Correct terminal number, merchant or product").waitFor();
    await page.locator("#answers").getByText("请求报文有误").first().waitFor();

    const lastCheck = () => page.locator("#standing div", { hasText: "Last check" }).locator("time").textContent();
    const before = await lastCheck();
    await click("Check now");
    await page.getByRole("status").getByText("The next sweep checks it.").waitFor();
    await page.locator("#trail").getByText("had it checked").waitFor();
    await expect.poll(lastCheck).not.toBe(before);

    await page.getByLabel("Why nobody else has to look at it").fill("The merchant is being set up.");
    await click("Acknowledge");
    await page.getByRole("status").getByText("Acknowledged.").waitFor();
    await page.locator("#trail").getByText("The merchant is being set up.").waitFor();
    await page.getByRole("link", { name: "Overview" }).click();
    await page.locator("#person").getByText("1 acknowledged").waitFor();
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
  test.each([
    ["en", "light"],
    ["en", "dark"],
    ["zh", "light"],
    ["zh", "dark"],
  ] as const)("every page keeps the rules of accessibility, in %s and %s", async (lang, colorScheme) => {
    const page = await openTab({ colorScheme });
    const found: string[] = [];
    for (const path of [...pages, "/simulator?steps=processing,page", "/nowhere"]) {
      await page.goto(at(`${path}${path.includes("?") ? "&" : "?"}lang=${lang}`));
      for (const summary of await page.locator("summary").all()) await summary.click();
      found.push(...(await accessibilityProblems(page)).map((problem) => `${path} ${problem}`));
    }
    expect(found).toEqual([]);
  });

  test.each(["en", "zh"])("no page is wider than a phone, in %s", async (lang) => {
    const page = await openTab({ viewport: { width: 360, height: 740 } });
    for (const path of [...pages, "/simulator?steps=processing,page"]) {
      await page.goto(at(`${path}${path.includes("?") ? "&" : "?"}lang=${lang}`));
      for (const summary of await page.locator("summary").all()) await summary.click();
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

  test("without a mouse a refund is scripted, asked about and noted, in the order in which the page reads", async () => {
    const page = await openTab();
    /** Goes on from where the keyboard stands to what has this name. */
    async function tabTo(name: string): Promise<void> {
      for (let presses = 0; presses < 80; presses++) {
        await page.keyboard.press("Tab");
        const named = (await page.evaluate(focusedNames)) as (string | undefined)[];
        if (named.includes(name)) return;
      }
      throw new Error(`${name} is not reached by the keyboard`);
    }
    const press = async (name: string) => {
      await tabTo(name);
      await page.keyboard.press("Enter");
    };

    await press("Simulator");
    await page.waitForURL("**/simulator");
    await tabTo("Refund order number");
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("KEYBOARD-0001");
    await press("no such order");
    await page.waitForURL("**#script");
    await press("Script these answers");
    await page.getByRole("status").getByText("The next answers are scripted.").waitFor();
    await press("Sign and send the request");
    await page.getByText('"errCode":"NO_ORDER"').waitFor();
    await page.goto(at("/refunds?q=KEYBOARD-0001"));
    await tabTo("Note");
    await page.keyboard.type("by keyboard");
    await press("Add the note");
    await page.locator("#trail").getByText("by keyboard").waitFor();
  });

  test("a page says that it is not live any more when the console is gone, and that it is again", async () => {
    const page = await openTab();
    await page.getByText("Live: updated every few seconds").waitFor();
    await page.route("**/*", (route) => route.abort());
    await page.getByText("Not live any more").waitFor();
    await page.unroute("**/*");
    await page.getByText("Live: updated every few seconds").waitFor();
  });

  test("what a person is typing is not lost while the page is live", async () => {
    const page = await openTab();
    await page.goto(at("/refunds?q=STUCK-0001"));
    await page.getByLabel("Note", { exact: true }).fill("half a thought");
    // Who looks up something else meanwhile has not given up the text.
    await page.evaluate("document.activeElement.blur()");
    await local.requestCheck("STUCK-0001");
    const before = await page.locator("#standing").textContent();
    await expect.poll(() => page.locator("#standing").textContent()).not.toBe(before);
    expect(await page.getByLabel("Note", { exact: true }).inputValue()).toBe("half a thought");
  });

  test("the charts are drawn, and the browser has nothing to complain of", async () => {
    const page = await openTab();
    await page.locator("[data-chart] canvas").first().waitFor();
    expect(problems.filter((text) => !/404|ERR_FAILED/.test(text))).toEqual([]);
  });
});
