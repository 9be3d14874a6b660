import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

const handlerImports = [
  "shared/refund",
  "shared/chinaums/beijing-time.ts",
  "shared/http",
  "shared/partner",
  "shared/telemetry",
  "@middy/core",
  "aws-lambda",
  "node:crypto",
  "zod/mini",
];

/** What the files of a place may import besides their own folder: places of this project, and packages by name. */
const mayImport: Record<string, readonly string[]> = {
  "shared/refund": [],
  "shared/chinaums": ["shared/names.ts", "shared/refund", "node:crypto", "node:http", "node:https", "zod/mini"],
  "shared/names.ts": [],
  "shared/aws": ["shared/names.ts", "shared/refund", "shared/partner", "@aws-sdk/", "zod/mini"],
  "shared/http": ["shared/refund", "shared/telemetry", "@middy/core", "aws-lambda", "zod/mini"],
  "shared/partner": ["shared/refund", "shared/chinaums", "node:crypto", "zod/mini"],
  "functions/service-env.ts": ["zod/mini"],
  "functions/warm-up.ts": ["shared/telemetry"],
  "functions/*/env.ts": ["functions/service-env.ts", "zod/mini"],
  "functions/compose.ts": ["functions/service-env.ts", "functions/warm-up.ts", "shared", "@aws-sdk/", "node:"],
  "functions/function-envs.ts": ["functions/*/env.ts", "zod/mini"],
  "functions/*/index.ts": ["functions/compose.ts", "shared"],
  "functions/refund-query": handlerImports,
  "functions/refund-recheck": handlerImports,
  infra: [
    "functions/service-env.ts",
    "functions/function-envs.ts",
    "shared/names.ts",
    "shared/telemetry/metric-names.ts",
    "shared/refund/recheck-ladder.ts",
    "@aws-sdk/credential-provider-env",
    "aws-cdk-lib",
    "cdk-nag",
    "constructs",
    "esbuild",
    "node:",
    "zod",
  ],
  tools: ["shared", "@aws-sdk/", "node:", "zod"],
  operate: ["tools", "shared", "@aws-sdk/", "node:", "zod/mini"],
  sandbox: ["tools", "shared", "functions/function-envs.ts", "infra/bundle", "@aws-sdk/", "node:", "zod"],
  "sandbox/simulator": ["sandbox/local-server.ts", "node:", "zod"],
};

const importLine = /^(?:import|export)\s[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\("([^"]+)"\)/gm;

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(importLine)].map(([, from, bare, dynamic]) => {
    const name = from ?? bare ?? dynamic ?? "";
    return name.startsWith(".") ? relative(root, join(root, dirname(file), name)) : name;
  });
}

function isWithin(name: string, place: string): boolean {
  const pattern = place.replace(/[.]/g, "\\.").replace("*", "[^/]+");
  return new RegExp(place.endsWith("/") || place.endsWith(":") ? `^${pattern}` : `^${pattern}(/|$)`).test(name);
}

test.each(Object.entries(mayImport))("%s imports only what it may", (place, allowed) => {
  const files = globSync(place.endsWith(".ts") ? place : `${place}/**/*.ts`, { cwd: root }).filter(
    (file) => !place.startsWith("functions/refund-") || !/(index|env)\.ts$/.test(file),
  );
  expect(files.length).toBeGreaterThan(0);
  const isFolder = !place.endsWith(".ts");
  const strangers = files.flatMap((file) =>
    importsOf(file)
      .filter((name) => !(isFolder && isWithin(name, place)))
      .filter((name) => !(place.startsWith("functions/*/") && dirname(name) === dirname(file)))
      .filter((name) => !allowed.some((other) => isWithin(name, other)))
      .map((name) => `${file} imports ${name}`),
  );
  expect(strangers).toEqual([]);
});

test("the clock, chance and the environment are read in entries and the local run only", () => {
  const files = globSync(["shared/**/*.ts", "functions/*/handler.ts", "functions/*/env.ts"], { cwd: root });
  const readers = files.filter((file) =>
    /process\.env|Date\.now|Math\.random|randomBytes|randomUUID|new Date\(\)/.test(
      readFileSync(join(root, file), "utf8"),
    ),
  );
  expect(readers).toEqual([]);
});

test("no function imports another function", () => {
  const files = globSync("functions/*/**/*.ts", { cwd: root });
  const functionOf = (path: string) => /^functions\/([^/]+)\//.exec(path)?.[1];
  const strangers = files.filter((file) =>
    importsOf(file).some((name) => functionOf(name) !== undefined && functionOf(name) !== functionOf(file)),
  );
  expect(strangers).toEqual([]);
});

test("zod is imported in the style that bundles least: the whole of it costs 400 KB of locales at every cold start", () => {
  const files = globSync(["shared/**/*.ts", "functions/**/*.ts"], { cwd: root });
  const strangers = files.filter((file) => /from "zod(?!\/mini")/.test(readFileSync(join(root, file), "utf8")));
  expect(strangers).toEqual([]);
});
