import { randomBytes } from "node:crypto";
import { readLoopbackOrigins } from "../../shared/webhook/loopback-origins.ts";
import { createPostWebhook } from "../../shared/webhook/post-webhook.ts";
import { createResolveName } from "../../shared/webhook/resolve-name.ts";
import { readWebhookUrl, wrongUrls } from "../../shared/webhook/webhook-url.ts";
import { type CommandIo, createProgram, type RunCommandLine, required, runProgram } from "../../tools/command-line.ts";
import { createExampleEvents } from "./example-event.ts";
import { mustAccept } from "./must-accept.ts";
import { mustRefuse } from "./must-refuse.ts";
import { runTrials, type Verdict } from "./run-trials.ts";
import { createSigner } from "./signer.ts";

const examples = ["npm run webhook-check -- --url http://127.0.0.1:8080/hook --secret whsec_…"];
const isLoopbackAllowed = readLoopbackOrigins("*");

type CheckOptions = { readonly url: string; readonly secret: string };

/** `npm run webhook-check -- …`. */
export const runWebhookCheck: RunCommandLine = async (args, io) => {
  const program = createProgram("npm run webhook-check --", io, examples)
    .description(
      "Sends a receiver under development what it must accept and what it must refuse. The events are signed, and about refunds that do not exist.",
    )
    .option("--url <url>", "the receiver: https, or http on 127.0.0.1")
    .option("--secret <secret>", "the webhook's secret, whsec_…, or a private key, whsk_…, for a receiver of v1a")
    .action((options: CheckOptions) => check(options, io));
  await runProgram(required(program, "--url", "--secret"), args, io);
};

async function check({ url, secret }: CheckOptions, io: CommandIo): Promise<void> {
  const { wrong: wrongUrl } = readWebhookUrl(url, isLoopbackAllowed);
  if (wrongUrl !== undefined) throw new Error(`--url: ${wrongUrls[wrongUrl]}; http is for 127.0.0.1 only`);
  const signer = createSigner(secret);
  if (signer === undefined) throw new Error("--secret is whsec_ and the Base64 of 24 to 64 bytes");
  const now = Date.now;
  const post = createPostWebhook({ resolve: createResolveName({ now }), isLoopbackAllowed, now });
  const event = createExampleEvents(randomBytes(4).toString("hex"), now);

  let [right, wrong] = [0, 0];
  for await (const verdict of runTrials([...mustAccept, ...mustRefuse], { url, post, signer, event, now })) {
    if (right + wrong === 0 && !verdict.isAnswered) throw new Error(`${url} cannot be checked: ${verdict.said}`);
    io.stdout.write(lineOf(verdict));
    if (verdict.isRight) right++;
    else wrong++;
  }
  io.stdout.write(`\n${right} right, ${wrong} wrong.\n`);
  io.stdout.write("That a repeated delivery does nothing more, and what an event leads to, only you can see.\n");
  io.exitCode = wrong === 0 ? 0 : 1;
}

function lineOf({ trial, isRight, said }: Verdict): string {
  if (isRight) return `right  ${trial.name}: ${said}\n`;
  const wanted = trial.expected === "accepted" ? "must be 2xx" : "must not be 2xx";
  return `WRONG  ${trial.name}: ${said}, ${wanted}\n       ${trial.otherwise}\n`;
}
