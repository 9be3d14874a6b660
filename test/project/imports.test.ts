import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { breaches, type ImportingFile, readImportTable, rowOf } from "./import-table.ts";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const table = readImportTable(read("docs/design.md"));

const notOurs = ["node_modules/**", ".*/**", "cdk.out/**", "bench/results/**"];
const sources = globSync("*/**/*.{ts,mjs,cjs,java,php,py,go,sh}", { cwd: root, exclude: notOurs });
const modules = sources.filter((file) => /\.(ts|mjs|cjs)$/.test(file));

const importLine = /^(?:import|export)\s[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\("([^"]+)"\)/gm;

function importsOf(file: string): string[] {
  return [...read(file).matchAll(importLine)].map(([, from, bare, dynamic]) => {
    const name = from ?? bare ?? dynamic ?? "";
    return name.startsWith(".") ? relative(root, join(root, dirname(file), name)) : name;
  });
}

const files: ImportingFile[] = sources.map((path) => ({
  path,
  imports: modules.includes(path) ? importsOf(path) : [],
}));

test("every file imports only what the table of docs/design.md lets its place import", () => {
  expect(breaches(table, files)).toEqual([]);
});

test("every folder at the top that holds code has a row, and so has every folder of shared", () => {
  const folders = new Set(
    sources.map((file) => /^shared\/[^/]+\//.exec(file)?.[0] ?? /^[^/]+\//.exec(file)?.[0] ?? ""),
  );
  expect([...folders]).toEqual(
    expect.arrayContaining(["shared/refund/", "functions/", "infra/", "test/", "examples/"]),
  );
  for (const folder of folders) {
    const own = table.filter(({ place }) => `${place}/`.startsWith(folder));
    expect(own, `${folder} has no row`).not.toEqual([]);
    const without = table.filter(({ place }) => !`${place}/`.startsWith(folder));
    expect(breaches(without, files)).toContainEqual(expect.stringMatching(`^${folder}.* is in no row of the table$`));
  }
});

test("an import that the table does not allow is named with its file", () => {
  const file = (path: string, ...imports: string[]) => breaches(table, [...files, { path, imports }]);
  expect(file("shared/refund/x.ts", "zod/mini")).toEqual(["shared/refund/x.ts imports zod/mini"]);
  expect(file("shared/refund/x.ts", "shared/refund/refund.ts")).toEqual([]);
  expect(file("shared/http/x.ts", "shared/aws/attributes.ts")).toHaveLength(1);
  expect(file("sandbox/simulator/x.ts", "sandbox/database.ts")).toHaveLength(1);
  expect(file("functions/refund-query/x.ts", "@aws-sdk/client-dynamodb")).toHaveLength(1);
  expect(file("functions/refund-query/index.ts", "functions/refund-recheck/handler.ts")).toHaveLength(1);
  expect(file("functions/refund-query/contract/x.ts", "functions/refund-recheck/handler.ts")).toHaveLength(1);
  expect(file("functions/new-function/index.ts", "functions/compose.ts", "functions/new-function/env.ts")).toEqual([]);
  expect(file("somewhere/x.ts")).toEqual(["somewhere/x.ts is in no row of the table"]);
});

test("a file is under the most exact row of those that hold it", () => {
  expect(rowOf("sandbox/simulator/routes.ts", table)?.place).toBe("sandbox/simulator");
  expect(rowOf("functions/refund-query/index.ts", table)?.place).toBe("functions/*/index.ts");
  expect(rowOf("functions/refund-query/contract/request.ts", table)?.place).toBe("functions/*");
  expect(rowOf("functions/service-env.ts", table)?.place).toBe("functions/service-env.ts");
});

test("a row that is about no file, and a cell that cannot be read, are noticed", () => {
  expect(breaches([{ place: "nowhere", allowed: [] }], [])).toHaveLength(1);
  const page = (row: string) => `## Imports\n\n| place | may import |\n|---|---|\n${row}\n`;
  expect(readImportTable(page("| `a` | nothing: no clock |"))).toEqual([{ place: "a", allowed: [] }]);
  expect(readImportTable(page("| `a` | anything |"))).toEqual([{ place: "a", allowed: "anything" }]);
  expect(() => readImportTable(page("| `a` | as it likes |"))).toThrow("not to be read");
  expect(() => readImportTable("## Imports\n")).toThrow("no table");
});

test("the clock, chance and the environment are read in entries and the local run only", () => {
  const entries = ["functions/compose.ts", "functions/*/index.ts"];
  const pure = globSync(["shared/**/*.ts", "functions/**/*.ts"], { cwd: root, exclude: entries });
  expect(pure.length).toBeGreaterThan(30);
  const readers = pure.filter((file) =>
    /process\.env|Date\.now|Math\.random|randomBytes|randomUUID|new Date\(\)/.test(read(file)),
  );
  expect(readers).toEqual([]);
});

test("zod is imported in the style that bundles least: the whole of it costs 400 KB of locales at every cold start", () => {
  const bundled = globSync(["shared/**/*.ts", "functions/**/*.ts"], { cwd: root });
  expect(bundled.filter((file) => /from "zod(?!\/mini")/.test(read(file)))).toEqual([]);
});
