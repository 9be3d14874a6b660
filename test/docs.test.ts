import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { scenarios } from "../sandbox/simulator/scenarios.ts";
import { faultRows } from "../shared/http/fault-rows.ts";

const root = join(import.meta.dirname, "..");
const readmes = ["README.md", "README.zh-CN.md"];
const pages = [...readmes, ...globSync("docs/**/*.md", { cwd: root })];
const read = (page: string) => readFileSync(join(root, page), "utf8");

/** How GitHub names a heading in a link. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}

function isThere(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : path.startsWith("/") ? path.slice(1) : join(dirname(page), path);
  if (!existsSync(join(root, target))) return false;
  const headings = anchor === undefined ? [] : [...read(target).matchAll(/^#+ (.+)$/gm)].map(([, text = ""]) => text);
  return anchor === undefined || headings.map(anchorOf).includes(anchor);
}

test.each(pages)("every link of %s to this project leads somewhere", (page) => {
  const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  expect(links.filter((link) => !/^https?:/.test(link) && !isThere(page, link))).toEqual([]);
});

test.each(readmes)("every npm script that %s names exists", (page) => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const named = [...read(page).matchAll(/npm (?:run )?(start|test|(?<=run )[\w:-]+)/g)].map(([, name = ""]) => name);
  expect(named).toEqual(expect.arrayContaining(["start", "test", "query"]));
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test.each(readmes)("the table of answers in %s has a row for every fault", (page) => {
  const rows = [...read(page).matchAll(/^\|[^|]+\| (\d{3}) \| ([^|]+) \|/gm)].map(
    ([, status, code]) => `${status} ${code}`,
  );
  const missing = Object.values(faultRows).filter(({ status, errCode }) => !rows.includes(`${status} \`${errCode}\``));
  expect(missing).toEqual([]);
});

test.each(readmes)("%s lists every built-in order number of the simulator", (page) => {
  expect(scenarios.filter(({ prefix }) => !read(page).includes(`\`${prefix}…\``))).toEqual([]);
});

test("both READMEs have the same links and the same HTTP statuses", () => {
  const facts = (page: string) => [...read(page).matchAll(/^\|[^|]+\| (\d{3})[^|]*\|/gm)].map(([, status]) => status);
  const links = (page: string) => [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link).sort();
  const [english, chinese] = ["README.md", "README.zh-CN.md"] as const;
  expect(facts(chinese)).toEqual(facts(english));
  expect(links(chinese).filter((link) => link !== english)).toEqual(links(english).filter((link) => link !== chinese));
});

test("the protocol page has every code that is read as something known", () => {
  const source = read("shared/chinaums/error-codes.ts");
  const codes = [...source.matchAll(/^ {4}"?([A-Z_]+|\d{4})"?: /gm)].map(([, code = ""]) => code);
  expect(codes.length).toBeGreaterThan(20);
  const known = read("docs/protocol.md");
  // The right spelling of a code that ChinaUMS misspells is read, but documented nowhere.
  expect(codes.filter((code) => code !== "INVALID_MERCHANT_CONFIG" && !known.includes(`\`${code}\``))).toEqual([]);
});
