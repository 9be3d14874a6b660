/** `npm run webhook-check`: sends a partner's own receiver good and forged deliveries, and says what it gets wrong. */

import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { readLoopbackOrigins } from "../shared/webhook/loopback-origins.ts";
import { createPostWebhook } from "../shared/webhook/post-webhook.ts";
import { createResolveName } from "../shared/webhook/resolve-name.ts";
import { readWebhookUrl, wrongUrls } from "../shared/webhook/webhook-url.ts";
import { fail } from "../tools/fail.ts";
import { createExampleEvents } from "./webhook-check/example-event.ts";
import { mustAccept } from "./webhook-check/must-accept.ts";
import { mustRefuse } from "./webhook-check/must-refuse.ts";
import { runTrials, type Verdict } from "./webhook-check/run-trials.ts";
import { createSigner } from "./webhook-check/signer.ts";

const usage = `npm run webhook-check -- --url http://127.0.0.1:8080/hook --secret whsec_…

It sends signed events of refunds that do not exist, so it is for a receiver under development.
--url may be https, or http on 127.0.0.1. --secret may also be a private key, whsk_…, for a receiver of v1a.`;

const isLoopbackAllowed = readLoopbackOrigins("*");

function readOptions() {
  try {
    const { values } = parseArgs({ options: { url: { type: "string" }, secret: { type: "string" } } });
    const { url, secret } = values;
    if (url === undefined || secret === undefined) return fail(usage);
    const { wrong } = readWebhookUrl(url, isLoopbackAllowed);
    if (wrong !== undefined) return fail(`--url: ${wrongUrls[wrong]}; http is for 127.0.0.1 only`);
    const signer = createSigner(secret) ?? fail("--secret is whsec_ and the Base64 of 24 to 64 bytes");
    return { url, signer };
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

function line({ trial, isRight, said }: Verdict): string {
  if (isRight) return `right  ${trial.name}: ${said}\n`;
  const wanted = trial.expected === "accepted" ? "must be 2xx" : "must not be 2xx";
  return `WRONG  ${trial.name}: ${said}, ${wanted}\n       ${trial.otherwise}\n`;
}

const { url, signer } = readOptions();
const now = Date.now;
const post = createPostWebhook({ resolve: createResolveName({ now }), isLoopbackAllowed, now });
const event = createExampleEvents(randomBytes(4).toString("hex"), now);

let [right, wrong] = [0, 0];
for await (const verdict of runTrials([...mustAccept, ...mustRefuse], { url, post, signer, event, now })) {
  if (right + wrong === 0 && !verdict.isAnswered) fail(`${url} cannot be checked: ${verdict.said}`);
  process.stdout.write(line(verdict));
  if (verdict.isRight) right++;
  else wrong++;
}
process.stdout.write(`\n${right} right, ${wrong} wrong.\n`);
process.stdout.write("That a repeated delivery does nothing more, and what an event leads to, only you can see.\n");
process.exitCode = wrong === 0 ? 0 : 1;
