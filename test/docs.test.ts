import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { functionEnvSchemas } from "../functions/function-envs.ts";
import { scenarios } from "../sandbox/simulator/scenarios.ts";
import { faultRows } from "../shared/http/fault-rows.ts";
import { allReadings } from "../shared/refund/reading.ts";
import { readingWord } from "../shared/refund/reading-word.ts";
import { allowedPredecessors } from "../shared/refund/refund.ts";
import { anchorOf } from "./support/page-parts.ts";
import { averageWords, sentencesOf, wordsIn } from "./support/prose.ts";

const root = join(import.meta.dirname, "..");
const pages = globSync(["*.md", "docs/**/*.md", ".github/**/*.md"], { cwd: root });
const read = (page: string) => readFileSync(join(root, page), "utf8");

const bothLanguages = (page: string) => [`${page}.md`, `${page}.zh-CN.md`] as const;

function isThere(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : path.startsWith("/") ? path.slice(1) : join(dirname(page), path);
  if (!existsSync(join(root, target))) return false;
  const headings = anchor === undefined ? [] : [...read(target).matchAll(/^#+ (.+)$/gm)].map(([, text = ""]) => text);
  return anchor === undefined || headings.map(anchorOf).includes(anchor);
}

const linksOf = (page: string) => [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);

test.each(pages)("every link of %s to this project leads somewhere", (page) => {
  expect(linksOf(page).filter((link) => !/^https?:/.test(link) && !isThere(page, link))).toEqual([]);
});

test.each(pages)("every npm script that %s names exists", (page) => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const named = [...read(page).matchAll(/npm (?:run ([\w:-]+)|(start|test)\b)/g)].map(
    ([, run, short]) => run ?? short ?? "",
  );
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

describe("what the pages say is what the code has", () => {
  test("README names the commands and stays short", () => {
    for (const page of bothLanguages("README")) {
      expect(read(page).split("\n").length, page).toBeLessThanOrEqual(120);
      expect(read(page)).toMatch(/npm start[\s\S]*npm test[\s\S]*npm run query/);
    }
  });

  test.each(bothLanguages("docs/partners"))("the table of answers in %s has a row for every fault", (page) => {
    const rows = [...read(page).matchAll(/^\|[^|]+\| (\d{3}) \| ([^|]+) \|/gm)].map(
      ([, status, code]) => `${status} ${code}`,
    );
    const missing = Object.values(faultRows).filter(
      ({ status, errCode }) => !rows.includes(`${status} \`${errCode}\``),
    );
    expect(missing).toEqual([]);
  });

  test.each(bothLanguages("docs/local-run"))("%s lists every built-in order number of the simulator", (page) => {
    expect(scenarios.filter(({ prefix }) => !read(page).includes(`\`${prefix}…\``))).toEqual([]);
  });

  test.each(bothLanguages("docs/operators"))("%s has every variable of the functions' environments", (page) => {
    const variables = Object.values(functionEnvSchemas).flatMap(({ shape }) => Object.keys(shape));
    expect(variables.length).toBeGreaterThan(10);
    expect(variables.filter((name) => !read(page).includes(`\`${name}\``))).toEqual([]);
  });

  test("the glossary has every reading and every state, and README and design begin with it", () => {
    const words = [...allReadings.map(readingWord), ...Object.keys(allowedPredecessors)];
    expect(words.length).toBeGreaterThan(15);
    expect(words.filter((word) => !read("docs/glossary.md").includes(`\`${word}\``))).toEqual([]);
    for (const page of ["README.md", "README.zh-CN.md", "docs/design.md"]) {
      expect(read(page).split("\n").slice(0, 15).join("\n"), page).toContain("glossary.md");
    }
  });

  test("the protocol page has every code that is read as something known", () => {
    const source = read("shared/chinaums/error-codes.ts");
    const codes = [...source.matchAll(/^ {4}"?([A-Z_]+|\d{4})"?: /gm)].map(([, code = ""]) => code);
    expect(codes.length).toBeGreaterThan(20);
    const known = read("docs/protocol.md");
    // The right spelling of a code that ChinaUMS misspells is read, but documented nowhere.
    expect(codes.filter((code) => code !== "INVALID_MERCHANT_CONFIG" && !known.includes(`\`${code}\``))).toEqual([]);
  });
});

describe("the English of the pages", () => {
  const english = pages.filter((page) => !page.includes("zh-CN") && !page.startsWith(".github"));
  const maxWords = 16;

  test.each(english)(`a sentence of %s has ${maxWords} words on average at most`, (page) => {
    const sentences = sentencesOf(read(page));
    const longest = sentences.toSorted((a, b) => wordsIn(b) - wordsIn(a)).slice(0, 3);
    expect(averageWords(sentences), `the longest:\n${longest.join("\n")}`).toBeLessThanOrEqual(maxWords);
  });

  test("sentences are counted without code, tables, headings and labels", () => {
    const page =
      "# A heading\n\n**Why.** One two three. Four `five six` [seven](eight.md)!\n\n| a | b c d |\n\n```\nx y z.\n```\n* nine ten\n";
    expect(sentencesOf(page)).toEqual(["One two three.", "Four code seven!", "nine ten"]);
    expect(averageWords(sentencesOf(page))).toBeCloseTo(8 / 3);
  });
});
