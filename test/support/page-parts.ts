/** What stands under one heading of a Markdown page, up to the next heading of any level. */
export type PagePart = {
  /** 1 to 6; 0 for what stands before the first heading. */
  readonly level: number;
  readonly heading: string;
  /** The cells of each table, row by row, without the line between its head and its body. */
  readonly tables: readonly (readonly (readonly string[])[])[];
  readonly blocks: readonly CodeBlock[];
  /** How many numbered steps there are. */
  readonly steps: number;
  /** What stands in backticks outside of code blocks. */
  readonly codes: readonly string[];
  /** The targets of links and pictures, as they are written. */
  readonly links: readonly string[];
  readonly text: string;
};

/** `language` is empty for a block that names none. */
export type CodeBlock = { readonly language: string; readonly lines: readonly string[] };

const block = /^( *)```(\w*)\n([\s\S]*?)^ *```$/gm;
const separatorRow = /^\|[\s:|-]+\|$/;

/** The parts of a page, heading by heading. */
export function partsOf(markdown: string): PagePart[] {
  const blocks: CodeBlock[] = [];
  // A block is replaced by its number, because a `#` in it is no heading and a `|` no table.
  const outline = markdown.replace(block, (_, indent: string, language: string, code: string) => {
    const lines = code.replace(/\n$/, "").split("\n");
    blocks.push({ language, lines: lines.map((line) => line.slice(indent.length)) });
    return `\0${blocks.length - 1}\0`;
  });
  return outline.split(/^(?=#{1,6} )/m).map((text) => {
    const [, marks = "", heading = ""] = /^(#{1,6}) (.+)\n/.exec(text) ?? [];
    return {
      level: marks.length,
      heading,
      tables: [...text.matchAll(/(?:^\|.*\n)+/gm)].map(([table]) => rowsOf(table)),
      blocks: [...text.matchAll(/\0(\d+)\0/g)].flatMap(([, number]) => blocks[Number(number)] ?? []),
      steps: [...text.matchAll(/^ *\d+\. /gm)].length,
      codes: codesOf(text),
      links: [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link),
      text: text.replace(/\0(\d+)\0/g, (_, number: string) => blocks[Number(number)]?.lines.join("\n") ?? ""),
    };
  });
}

/** What stands in backticks. */
export function codesOf(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

/** How GitHub names a heading in a link. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}

function rowsOf(table: string): string[][] {
  const rows = table.trimEnd().split("\n");
  return rows.filter((row) => !separatorRow.test(row)).map(cellsOf);
}

/** A `|` in backticks, or behind a backslash, is no border. */
function cellsOf(row: string): string[] {
  const cells = row.replace(/`[^`]*`|\\\|/g, (text) => text.replaceAll("|", "\u0001")).split("|");
  return cells.slice(1, -1).map((cell) => cell.replaceAll("\u0001", "|").trim());
}
