import { dirname, join } from "node:path/posix";

/** A row of the import table: a place of this project, and what its files may import besides the place itself. */
export type ImportRow = { readonly place: string; readonly allowed: readonly string[] | "anything" };

/** A file by its path from the root, and what it imports: paths from the root, and packages by name. */
export type ImportingFile = { readonly path: string; readonly imports: readonly string[] };

/**
 * The rows of the table under the heading `Imports` of a page: in the first cell places, in the second what they may
 * import, all in backticks; or the one word `nothing` or `anything`.
 * @throws where the page has no such table, or a cell says nothing that can be read
 */
export function readImportTable(markdown: string): ImportRow[] {
  const section = /^## Imports$([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(markdown)?.[1] ?? "";
  const [, , ...lines] = section.split("\n").filter((line) => line.startsWith("|"));
  if (lines.length === 0) throw new Error("no table of imports under the heading Imports");
  return lines.flatMap((line) => {
    const [, first = "", second = ""] = line.split("|").map((cell) => cell.trim());
    const places = quoted(first);
    const allowed = quoted(second);
    if (places.length === 0) throw new Error(`no place in backticks: ${line}`);
    if (allowed.length === 0 && !/^(nothing|anything)\b/.test(second)) throw new Error(`not to be read: ${line}`);
    const isOpen = allowed.length === 0 && second.startsWith("anything");
    return places.map((place): ImportRow => ({ place, allowed: isOpen ? "anything" : allowed }));
  });
}

function quoted(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text);
}

/** The row that a file is under: of the places that hold it, the most exact one. */
export function rowOf(path: string, rows: readonly ImportRow[]): ImportRow | undefined {
  return rows
    .filter(({ place }) => within(path, place) !== undefined)
    .sort((a, b) => exactness(b.place) - exactness(a.place))[0];
}

function exactness(place: string): number {
  return 2 * place.split("/").length - (place.includes("*") ? 1 : 0);
}

/** A line for each file without a row, each import that no row allows, and each row that is about nothing. */
export function breaches(rows: readonly ImportRow[], files: readonly ImportingFile[]): string[] {
  const used = new Set<ImportRow>();
  const found = files.flatMap(({ path, imports }) => {
    const row = rowOf(path, rows);
    if (row === undefined) return [`${path} is in no row of the table`];
    used.add(row);
    return imports.filter((name) => !isAllowed(name, path, row)).map((name) => `${path} imports ${name}`);
  });
  const unused = rows.filter((row) => !used.has(row));
  return [...found, ...unused.map(({ place }) => `${place} holds no file that another row does not hold`)];
}

function isAllowed(name: string, path: string, { place, allowed }: ImportRow): boolean {
  if (allowed === "anything") return true;
  const itself = within(path, place);
  if (itself !== undefined && itself !== path && within(name, itself) !== undefined) return true;
  return allowed.some((other) => {
    if (other.endsWith(":*")) return name.startsWith(other.slice(0, -1));
    return within(name, other === "./" ? dirname(path) : other) !== undefined;
  });
}

/** The part of a path that a place names, if it is in that place; `*` stands for one folder. */
function within(path: string, place: string): string | undefined {
  const segments = path.split("/");
  const wanted = place.split("/");
  const isIn = wanted.every((part, i) => (part === "*" ? i < segments.length - 1 : part === segments[i]));
  return isIn ? join(...segments.slice(0, wanted.length)) : undefined;
}
