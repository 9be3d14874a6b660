import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { Asking } from "./ask-as-partner.ts";

const folder = join(import.meta.dirname, "../../examples");
const programs = [
  ["TypeScript", "node", "refund-status.ts"],
  ["Java", "java", "RefundStatus.java"],
  ["PHP", "php", "refund-status.php"],
  ["Python", "python3", "refund_status.py"],
  ["Go", "go run", "refund_status.go"],
] as const;

export type ExampleProgram = { readonly language: string; readonly command: string; readonly source: string };

/** The project's own example clients, each with the command that asks the same. The key is read from ready.json, not shown. */
export function examplePrograms(
  { url, appId, data }: { readonly url: string; readonly appId: string; readonly data: string },
  { merOrderId, mid, tid, instMid }: Asking,
): ExampleProgram[] {
  const ready = JSON.stringify(join(shortened(data), "ready.json"));
  const read = `JSON.parse(fs.readFileSync(${ready})).partners.find((one) => one.appId === "${appId}").appKey`;
  const key = `$(node -p ${quoted(read)})`;
  const question = { URL: url, APP_ID: appId, MER_ORDER_ID: merOrderId, MID: mid, TID: tid, INST_MID: instMid };
  const environment = Object.entries(question).map(([name, value]) => `${name}=${quoted(value)}`);
  return programs.map(([language, program, file]) => ({
    language,
    command: [...environment, `APP_KEY="${key}"`, `${program} examples/${file}`].join(" \\\n  "),
    source: readFileSync(join(folder, file), "utf8"),
  }));
}

/** As seen from the folder of the project, where the command is meant to be run, if the folder lies in it. */
function shortened(data: string): string {
  const inside = relative(join(folder, ".."), resolve(data));
  return inside.startsWith("..") ? resolve(data) : inside;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
