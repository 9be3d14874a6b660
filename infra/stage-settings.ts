import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import * as z from "zod";
import { defaultStage } from "../shared/names.ts";
import { nearestName } from "./nearest-name.ts";
import { type Settings, settingsSchema } from "./settings.ts";

const root = join(import.meta.dirname, "..");
const stageSettingsFolder = join(root, "settings");
const known = Object.keys(settingsSchema.shape) as [string, ...string[]];

/**
 * Settings that decide what exists beside the code, or where it is found. One deployment with another value takes something
 * away that is hard to get back, so they belong into the stage's file.
 */
export const keptSettings = [
  "egress",
  "fixedIps",
  "addressAllocations",
  "domain",
  "tableName",
  "alarmEmail",
  "probe",
  "keys",
  "backup",
] as const satisfies (keyof Settings)[];

/** Names and values as `cdk` hands them over: those of `-c name=value`, and keys of the CDK itself, which are left out. */
export type GivenSettings = Readonly<Record<string, unknown>>;

/**
 * The settings of the stage that `given` names: the defaults, replaced by the stage's file, replaced by what else is given.
 * A given object or list is JSON.
 * @throws {Error} with a line for each wrong setting
 */
export function readSettings(given: GivenSettings, folder = stageSettingsFolder): Settings {
  const { stage: givenStage, ...context } = given;
  const stage = String(givenStage ?? defaultStage);
  const file = stageSettingsFile(stage, folder);
  const inFile = readFile(file);
  // Keys of the CDK have a colon, a slash or a hyphen.
  const replaced = Object.entries(context).filter(([name, value]) => /^[A-Za-z]\w*$/.test(name) && value !== "");
  const unknown = [
    ...Object.keys(inFile).map((name) => ({ name, where: relative(root, file) })),
    ...replaced.map(([name]) => ({ name, where: "-c" })),
  ].filter(({ name }) => !known.includes(name) || name === "stage");

  const values = Object.fromEntries(replaced.map(([name, value]) => [name, readJson(value)]));
  const read = settingsSchema.safeParse({ ...onlyKnown({ ...inFile, ...values }), stage });
  if (read.success && unknown.length === 0) return read.data;
  const lines = [...unknown.map(notKnown), ...(read.success ? [] : [z.prettifyError(read.error)])];
  throw new Error(`settings of stage ${stage}:\n${lines.join("\n")}`);
}

/** Where the settings of a stage are kept. A stage without a file has the defaults. */
export function stageSettingsFile(stage: string, folder = stageSettingsFolder): string {
  return join(folder, `${stage.replace(/[^\w-]/g, "_")}.json`);
}

function readFile(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${relative(root, file)} is not an object in JSON`, { cause });
  }
}

function notKnown({ name, where }: { name: string; where: string }): string {
  if (name === "stage") return `✖ stage: the name of the file says it\n  → in ${where}`;
  return `✖ there is no setting ${name}; the nearest is ${nearestName(name, known)}\n  → in ${where}`;
}

function onlyKnown(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => known.includes(name)));
}

function readJson(value: unknown): unknown {
  if (typeof value !== "string" || !/^[[{]/.test(value.trim())) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
