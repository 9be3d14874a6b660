import { createInterface } from "node:readline";
import type { CommandIo } from "../tools/command-line.ts";

/** Asks on the terminal, and takes `yes` alone for a yes. The end of the input is a no. Standard output is left to results. */
export async function isConfirmed({ stdin, stderr }: CommandIo, question: string): Promise<boolean> {
  stderr.write(`${question}\nType yes to go on: `);
  for await (const line of createInterface({ input: stdin })) return line.trim().toLowerCase() === "yes";
  stderr.write("\n");
  return false;
}
