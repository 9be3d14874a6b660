import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
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
 * The template that a deployment of the stage `local` would send, as infra/template.ts makes it. An earlier one is used again
 * unless a source is newer.
 * @throws an Error with the output of a failed synthesis
 */
export async function synthesizedTemplate(settings: LocalSettings = {}): Promise<Template> {
  const kept = fileOf(settings);
  if (!isUpToDate(kept)) await synthesize(kept, { stage: localStage, ...settings });
  return JSON.parse(readFileSync(kept, "utf8")) as Template;
}

function fileOf(settings: LocalSettings): string {
  const chosen = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return join(root, ".build", ["local", ...chosen, "template.json"].join("."));
}

function isUpToDate(kept: string): boolean {
  if (!existsSync(kept)) return false;
  const { mtimeMs } = statSync(kept);
  return globSync(sources, { cwd: root }).every((file) => statSync(join(root, file)).mtimeMs < mtimeMs);
}

async function synthesize(kept: string, settings: LocalSettings): Promise<void> {
  const startedAt = new Date();
  // In a process of its own, because the CDK takes much memory that a local run would keep.
  const args = [join(root, "infra/print-template.ts"), JSON.stringify(settings)];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const [template, complaint, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  if (code !== 0) throw new Error(`the stack cannot be synthesized:\n${complaint.trim()}`);
  mkdirSync(dirname(kept), { recursive: true });
  // Several processes may synthesize at once, so each writes a file of its own. The last one to finish wins.
  const made = `${kept}.${process.pid}`;
  writeFileSync(made, template);
  // Dated before its sources were read, so that a change during the synthesis counts as newer.
  utimesSync(made, startedAt, startedAt);
  renameSync(made, kept);
}
