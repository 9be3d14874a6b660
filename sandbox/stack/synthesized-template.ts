import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import { localStage } from "../../tools/local-aws.ts";

export type Resource = { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> };
export type Template = {
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
};

export const localStackName = `RefundStatus-${localStage}`;

const root = join(import.meta.dirname, "../..");
/** What the template is made of. Folders are listed because a removed file changes its folder alone. */
const sources = [
  "infra",
  "infra/**",
  "functions/*/env.ts",
  "functions/*.ts",
  "shared/telemetry/metric-names.ts",
  "shared/refund/recheck-ladder.ts",
  `settings/${localStage}.json`,
  "cdk.json",
  "package-lock.json",
];

/** Settings of `infra/settings.ts` that differ from their defaults, such as `upstreamAuth`. */
export type LocalSettings = Readonly<Record<string, string>>;

/**
 * The template as `cdk deploy` would send it for the stage `local`. An earlier one is used again unless a source is newer.
 * @throws an Error with the output of a failed synthesis
 */
export async function synthesizedTemplate(settings: LocalSettings = {}): Promise<Template> {
  const chosen = contextOf(settings);
  const kept = fileOf(chosen);
  if (!isUpToDate(kept)) await synthesize(kept, [`stage=${localStage}`, ...chosen]);
  return JSON.parse(readFileSync(kept, "utf8")) as Template;
}

/** The template of an earlier synthesis, or undefined if there is none or a source is newer. */
export function keptTemplate(settings: LocalSettings = {}): Template | undefined {
  const kept = fileOf(contextOf(settings));
  return isUpToDate(kept) ? (JSON.parse(readFileSync(kept, "utf8")) as Template) : undefined;
}

function contextOf(settings: LocalSettings): string[] {
  return Object.entries(settings).map(([name, value]) => `${name}=${value}`);
}

function fileOf(context: readonly string[]): string {
  return join(root, ".build", ["local", ...context, "template.json"].join("."));
}

function isUpToDate(kept: string): boolean {
  if (!existsSync(kept)) return false;
  const { mtimeMs } = statSync(kept);
  return globSync(sources, { cwd: root }).every((file) => statSync(join(root, file)).mtimeMs < mtimeMs);
}

async function synthesize(kept: string, context: readonly string[]): Promise<void> {
  const startedAt = new Date();
  mkdirSync(join(root, ".build"), { recursive: true });
  // Several processes may synthesize at once, so each has a folder of its own. The last one to finish wins.
  const outDir = mkdtempSync(join(root, ".build/synth-"));
  try {
    const given = context.flatMap((setting) => ["--context", setting]);
    const args = ["synth", "RefundStatus", "--quiet", "--output", outDir, ...given];
    const cdk = spawn(join(root, "node_modules/.bin/cdk"), args, { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
    let complaint = "";
    cdk.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      complaint += chunk;
    });
    const [code] = await once(cdk, "close");
    if (code !== 0) throw new Error(`the stack cannot be synthesized:\n${complaint.trim()}`);
    const made = join(outDir, "made.json");
    copyFileSync(join(outDir, "RefundStatus.template.json"), made);
    // Dated before its sources were read, so that a change during the synthesis counts as newer.
    utimesSync(made, startedAt, startedAt);
    renameSync(made, kept);
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}
