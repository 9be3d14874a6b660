import { createInterface } from "node:readline";

/** Asks on the terminal, and takes `yes` alone for a yes. The end of the input is a no. */
export async function isConfirmed(question: string): Promise<boolean> {
  process.stdout.write(`${question}\nType yes to go on: `);
  for await (const line of createInterface({ input: process.stdin })) return line.trim().toLowerCase() === "yes";
  process.stdout.write("\n");
  return false;
}
