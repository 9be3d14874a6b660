import { readFileSync } from "node:fs";
import { join } from "node:path";
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
  url: string,
  appId: string,
  { merOrderId, mid, tid, instMid }: Asking,
): ExampleProgram[] {
  const key = `$(node -p 'require("./.sandbox/ready.json").partners.find((one) => one.appId === "${appId}").appKey')`;
  const question = { URL: url, APP_ID: appId, MER_ORDER_ID: merOrderId, MID: mid, TID: tid, INST_MID: instMid };
  const environment = Object.entries(question).map(([name, value]) => `${name}=${quoted(value)}`);
  return programs.map(([language, program, file]) => ({
    language,
    command: [...environment, `APP_KEY="${key}"`, `${program} examples/${file}`].join(" \\\n  "),
    source: readFileSync(join(folder, file), "utf8"),
  }));
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
