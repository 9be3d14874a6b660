import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

const readySchema = z.object({
  url: z.url(),
  upstreamUrl: z.url(),
  partners: z.array(
    z.object({ partnerId: z.string(), appId: z.string(), appKey: z.string(), mids: z.array(z.string()) }),
  ),
  dynamodb: z.object({ endpoint: z.url(), table: z.string() }),
  secretsManager: z.object({ endpoint: z.url() }),
  /** The partner's side of webhooks; the first partner's lead there. */
  receiver: z.object({ url: z.url(), secret: z.string() }),
  /** The origins of this machine that webhooks may lead to, as the functions have them; `*` for all. */
  webhookLoopback: z.string(),
  /** The console for people. Its URL lets in whoever has it. */
  console: z.optional(z.object({ url: z.url() })),
  /** The waits between checks, by the variables of the functions. */
  ladders: z.optional(z.object({ OPEN_LADDER: z.string(), NOT_FOUND_LADDER: z.string(), PRODUCT_LADDERS: z.string() })),
});

/** What a client of the local run needs. `ready.json` holds it for as long as the local run is up. */
export type Ready = z.infer<typeof readySchema>;

const fileIn = (data: string) => join(data, "ready.json");

/**
 * Reads what the local run in a data folder has written.
 * @throws an Error with one plain sentence if no local run is ready there, or if the file does not have its form
 */
export function readReady(data: string): Ready {
  let text: string;
  try {
    text = readFileSync(fileIn(data), "utf8");
  } catch (cause) {
    throw new Error(`no local run is ready in ${data}; start one with npm start`, { cause });
  }
  try {
    return readySchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${fileIn(data)} cannot be read; start the local run again with npm start`, { cause });
  }
}

/** Replaces the file in one step. Only its owner may read it, because it holds the partners' keys. */
export function writeReady(data: string, ready: Ready): void {
  const written = `${fileIn(data)}.new`;
  writeFileSync(written, `${JSON.stringify(ready, null, 2)}\n`, { mode: 0o600 });
  renameSync(written, fileIn(data));
}

export function removeReady(data: string): void {
  rmSync(fileIn(data), { force: true });
}
