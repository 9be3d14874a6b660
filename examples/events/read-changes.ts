/** Reads the events about your refunds since the last time, one a line. CURSOR_FILE remembers how far it has read. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRefundStatusClient } from "../../client/refund-status-client.ts";
import { RefundStatusError } from "../../client/refund-status-error.ts";

function env(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

const client = createRefundStatusClient({ baseUrl: env("URL"), appId: env("APP_ID"), appKey: env("APP_KEY") });
const cursorFile = env("CURSOR_FILE");

try {
  for (let isMore = true; isMore; ) {
    const cursor = existsSync(cursorFile) ? readFileSync(cursorFile, "utf8") : undefined;
    const page = await client.changes({ cursor });
    // Handle each here; one whose id you have had before is to be ignored.
    for (const event of page.events) process.stdout.write(`${JSON.stringify(event)}\n`);
    // Only now, so that nothing is lost if this stops in between.
    writeFileSync(cursorFile, page.cursor);
    isMore = page.events.length > 0;
  }
} catch (error) {
  if (!(error instanceof RefundStatusError)) throw error;
  process.stderr.write(`${error.reason}: ${error.message}\n`);
  process.exitCode = 1;
}
