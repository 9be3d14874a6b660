import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { CommandIo } from "../tools/command-line.ts";

/** What a command prints: for people and for programs. */
export type Printed = { readonly forPeople: string; readonly forPrograms: unknown };

/** Prints for people, or with `json` one JSON document and nothing else. */
export function print(
  { stdout }: CommandIo,
  { json }: { readonly json?: boolean | undefined },
  printed: Printed,
): void {
  stdout.write(`${json ? JSON.stringify(printed.forPrograms, null, 2) : printed.forPeople}\n`);
}

/** Prints lines as they come, no faster than they are read. */
export async function printLines({ stdout }: CommandIo, lines: AsyncIterable<string>): Promise<void> {
  await pipeline(Readable.from(lines), stdout, { end: false });
}
