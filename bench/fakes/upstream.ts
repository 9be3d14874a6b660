/**
 * A ChinaUMS that checks nothing and answers every question after a fixed time, as cheaply as it can, in a process of its own.
 * Arguments: ms until the answer, the refundStatus, http or https.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serveFake } from "./serve-fake.ts";

const [delayMs = "0", refundStatus = "PROCESSING", scheme = "http"] = process.argv.slice(2);
const sample = JSON.parse(readFileSync(join(import.meta.dirname, "../../test/fixtures/page-answer.json"), "utf8"));

serveFake(scheme, (body, _, response) => {
  const { mid, tid, merOrderId, msgId } = JSON.parse(body.toString()) as Record<string, string>;
  const text = JSON.stringify({ ...sample, mid, tid, merOrderId, msgId, refundOrderId: merOrderId, refundStatus });
  const answer = () => {
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
    response.end(text);
  };
  if (delayMs === "0") answer();
  else setTimeout(answer, Number(delayMs));
});
