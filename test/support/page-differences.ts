import { type CodeBlock, codesOf, type PagePart } from "./page-parts.ts";

/** The parts of an English page and of its Chinese version, of which there are equally many. */
export type PagePair = { readonly english: readonly PagePart[]; readonly chinese: readonly PagePart[] };

const han = /\p{Script=Han}/u;
/** Codes that have a word for people in them, which is translated. */
const translatedCodes = new Map([
  [
    '{"partnerId": "…", "appId": "…", "appKeys": ["current", "previous"], "mids": ["…"]}',
    '{"partnerId": "…", "appId": "…", "appKeys": ["当前", "上一个"], "mids": ["…"]}',
  ],
]);

/** The levels of the headings, in order. */
export const levelsOf = (parts: readonly PagePart[]) => parts.map(({ level }) => level);

/** Tables that have other rows or columns than their counterpart, and parts that have more or fewer of them. */
export function differentTables(pair: PagePair): string[] {
  const shape = ({ tables }: PagePart) => JSON.stringify(tables.map((rows) => rows.map((cells) => cells.length)));
  return differentParts(pair, shape);
}

/** Cells whose codes differ, and cells of figures alone that have others. */
export function differentCells({ english, chinese }: PagePair): string[] {
  return english.flatMap(({ tables }, part) =>
    tables.flat(2).flatMap((cell, index) => {
      const other = chinese[part]?.tables.flat(2)[index] ?? "";
      const isSame =
        sameSet(translated(codesOf(cell)), codesOf(other)) && (!isOfFigures(cell) || sameFigures(cell, other));
      return isSame ? [] : [`${cell} | ${other}`];
    }),
  );
}

/**
 * Code blocks that differ in more than comments. A block that names no language, and a drawing, has words in it: a line of it may
 * be translated, and then it has Chinese characters.
 */
export function differentBlocks(pair: PagePair): string[] {
  const { english, chinese } = pair;
  const counts = differentParts(pair, ({ blocks }) =>
    blocks.map(({ language, lines }) => language + lines.length).join(),
  );
  const lines = english.flatMap(({ blocks }, part) =>
    blocks.flatMap((block, index) => {
      const other = chinese[part]?.blocks[index];
      return other === undefined ? [] : differentLines(block, other);
    }),
  );
  return [...counts, ...lines];
}

/** Parts that have more or fewer numbered steps. */
export function differentSteps(pair: PagePair): string[] {
  return differentParts(pair, ({ steps }) => String(steps));
}

/** Codes that only one of two corresponding parts names. */
export function differentCodes({ english, chinese }: PagePair): string[] {
  return english.flatMap(({ heading, codes }, part) => {
    const [ours, theirs] = [new Set(translated(codes)), new Set(chinese[part]?.codes)];
    const missing = [...ours]
      .filter((code) => !theirs.has(code))
      .map((code) => `${heading}: no \`${code}\` in Chinese`);
    const more = [...theirs].filter((code) => !ours.has(code)).map((code) => `${heading}: only in Chinese \`${code}\``);
    return [...missing, ...more];
  });
}

/** Parts whose links lead elsewhere. `targetOf` names what a link leads to, whatever its language. */
export function differentLinks(
  { english, chinese }: PagePair,
  targetOf: (link: string, language: "english" | "chinese") => string,
): string[] {
  return english.flatMap(({ heading, links }, part) => {
    const ours = links.map((link) => targetOf(link, "english")).sort();
    const theirs = (chinese[part]?.links ?? []).map((link) => targetOf(link, "chinese")).sort();
    return sameList(ours, theirs) ? [] : [`${heading}: ${ours.join(" ")} | ${theirs.join(" ")}`];
  });
}

/** Instants in UTC in a Chinese part that does not also give them in Beijing time, as `2026-03-01 08:30`. */
export function instantsWithoutBeijing(chinese: readonly PagePart[]): string[] {
  return chinese.flatMap(({ heading, text }) =>
    [...text.matchAll(/\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/g)]
      .map(([instant]) => instant)
      .filter((instant) => !(text.includes("北京时间") && text.includes(inBeijing(instant))))
      .map((instant) => `${heading}: ${instant} is ${inBeijing(instant)}`),
  );
}

function inBeijing(instant: string): string {
  return new Date(Date.parse(instant) + 8 * 3_600_000).toISOString().slice(0, 16).replace("T", " ");
}

function differentParts({ english, chinese }: PagePair, seenAs: (part: PagePart) => string): string[] {
  return english.flatMap((part, index) => {
    const other = chinese[index];
    const [ours, theirs] = [seenAs(part), other === undefined ? "nothing" : seenAs(other)];
    return ours === theirs ? [] : [`${part.heading}: ${ours} | ${theirs}`];
  });
}

function differentLines({ language, lines }: CodeBlock, other: CodeBlock): string[] {
  const hasWords = language === "" || language === "mermaid";
  const shown = (line: string) => (hasWords ? line : line.replace(/(?:^|\s+)#.*$/, ""));
  return lines.flatMap((line, index) => {
    const [ours, theirs] = [shown(line), shown(other.lines[index] ?? "")];
    return ours === theirs || (hasWords && han.test(theirs)) ? [] : [`${ours} | ${theirs}`];
  });
}

function translated(codes: readonly string[]): string[] {
  return codes.map((code) => translatedCodes.get(code) ?? code);
}

/** Without codes it has no letter left. */
function isOfFigures(cell: string): boolean {
  return !/\p{L}/u.test(cell.replace(/`[^`]*`/g, ""));
}

function sameFigures(cell: string, other: string): boolean {
  const figures = (text: string) => text.replace(/`[^`]*`/g, "").match(/\d+/g) ?? [];
  return sameList(figures(cell), figures(other));
}

function sameList(ours: readonly string[], theirs: readonly string[]): boolean {
  return JSON.stringify([...ours].sort()) === JSON.stringify([...theirs].sort());
}

/** How often each is named may differ with the language's grammar. */
function sameSet(ours: readonly string[], theirs: readonly string[]): boolean {
  return sameList([...new Set(ours)], [...new Set(theirs)]);
}
