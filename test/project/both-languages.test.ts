import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  differentBlocks,
  differentCells,
  differentCodes,
  differentLinks,
  differentSteps,
  differentTables,
  instantsWithoutBeijing,
  levelsOf,
} from "../support/page-differences.ts";
import { anchorOf, partsOf } from "../support/page-parts.ts";

const root = join(import.meta.dirname, "../..");
const read = (page: string) => readFileSync(join(root, page), "utf8");
const chineseOf = (page: string) => page.replace(/\.md$/, ".zh-CN.md");
const englishOf = (page: string) => page.replace(".zh-CN.", ".");

const pages = globSync(["*.zh-CN.md", "docs/*.zh-CN.md"], { cwd: root }).map(englishOf).sort();
const pairOf = (page: string) => ({ english: partsOf(read(page)), chinese: partsOf(read(chineseOf(page))) });

/** The page, picture or address that a link leads to, and the number of the heading; neither depends on the language. */
function targetIn(page: string) {
  return (link: string): string => {
    if (/^https?:/.test(link)) return link;
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : path.startsWith("/") ? path.slice(1) : join(dirname(page), path);
    if (anchor === undefined) return englishOf(target);
    const heading = partsOf(read(target)).findIndex((part) => anchorOf(part.heading) === anchor);
    return `${englishOf(target)}#${heading}`;
  };
}

test("there is a Chinese page for everybody who reads Chinese", () => {
  expect(pages).toEqual([
    "README.md",
    "docs/compatibility.md",
    "docs/console.md",
    "docs/local-run.md",
    "docs/operators.md",
    "docs/partners.md",
    "docs/runbook.md",
  ]);
});

describe.each(pages)("%s and its Chinese version", (page) => {
  const pair = pairOf(page);

  test("link to each other at the top, and the Chinese one stays in Chinese where it can", () => {
    const top = (name: string) => read(name).split("\n").slice(0, 16).join("\n");
    const own = page.split("/").at(-1) ?? "";
    expect(top(page)).toContain(`[简体中文](${chineseOf(own)})`);
    expect(top(chineseOf(page))).toContain(`[English](${own})`);
    const hasChinese = (link: string) => existsSync(join(root, dirname(page), chineseOf(link.split("#")[0] ?? "")));
    const links = pair.chinese.flatMap((part) => part.links);
    const strays = links.filter((link) => /^[^:]*(?<!zh-CN)\.md(?:#|$)/.test(link) && hasChinese(link));
    expect(strays, "links to the English page where there is a Chinese one").toEqual([own]);
  });

  test("have the same headings, level by level", () => {
    expect(levelsOf(pair.chinese)).toEqual(levelsOf(pair.english));
  });

  test("have the same tables, with as many rows and columns", () => {
    expect(differentTables(pair)).toEqual([]);
  });

  test("have the same codes and figures in corresponding cells", () => {
    expect(differentCells(pair)).toEqual([]);
  });

  test("have the same code blocks, but for comments and words", () => {
    expect(differentBlocks(pair)).toEqual([]);
  });

  test("have the same number of steps under each heading", () => {
    expect(differentSteps(pair)).toEqual([]);
  });

  test("name the same codes, settings, paths and commands under each heading", () => {
    expect(differentCodes(pair)).toEqual([]);
  });

  test("link to the same places under each heading", () => {
    // Each page links to its other language, so those two links are one.
    const [english, chinese] = [targetIn(page), targetIn(chineseOf(page))];
    expect(differentLinks(pair, (link, language) => (language === "english" ? english(link) : chinese(link)))).toEqual(
      [],
    );
  });

  test("give Beijing time beside UTC in Chinese", () => {
    expect(instantsWithoutBeijing(pair.chinese)).toEqual([]);
  });

  test("end each bold run of the Chinese one where a forge sees its end", () => {
    // CommonMark takes `**` between a punctuation mark and a letter for no end, and Chinese has no space there.
    const runs = [...read(chineseOf(page)).matchAll(/\*\*([^*]+)\*\*(?=(.?))/g)];
    const unseen = runs.filter(([, bold = "", next = ""]) => /\p{P}$/u.test(bold) && /[\p{L}\p{N}]/u.test(next));
    expect(unseen.map(([run]) => run)).toEqual([]);
  });

  test("break no line of the Chinese one between two characters, because a forge shows a space there", () => {
    expect(read(chineseOf(page)).match(/.*\p{Script=Han}\n *\p{Script=Han}.*/gu) ?? []).toEqual([]);
  });

  test("call the refund's number in Chinese what ChinaUMS calls it", () => {
    expect(read(chineseOf(page)).match(/退款订单号|退款单号|退货单号|退货状态|退货查询/g) ?? []).toEqual([]);
  });
});
