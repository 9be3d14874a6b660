import { createHmac } from "node:crypto";
import type { WebhookResult } from "../../shared/webhook/webhook-result.ts";
import type { Partner } from "./partners.ts";
import type { Process } from "./process.ts";
import { between } from "./random.ts";
import type { Webhook } from "./webhooks.ts";
import type { World } from "./world.ts";

/** A post as it came to a receiver. */
export type Post = {
  readonly partner: Partner;
  readonly id: string;
  readonly configId: string;
  readonly timestampMs: number;
  readonly body: string;
  /** True if it has a signature by each secret that its webhook had a moment ago, and no other. */
  readonly isSigned: boolean;
  readonly process: Process;
};

export type ReceiversDeps = {
  readonly world: World;
  readonly webhooks: readonly Webhook[];
  /** Tries that one process may have under way at one endpoint. */
  readonly perEndpoint: number;
  readonly onPost: (post: Post) => void;
  readonly onDelivered: (post: Post) => void;
  readonly onFailed: (post: Post, isGone: boolean) => void;
  /** What a receiver does with an event before it answers. */
  readonly act: (post: Post) => Promise<void>;
};

/** For so long a process may go by an earlier setting: what it has read, and what a try waits for its turn. */
const knownMs = 60_000;

type Headers = Readonly<Record<string, string>>;
/** The tries of one process at one endpoint, and how many there may be. */
type Tries = { running: number; limit: number };

/** The partners' receivers behind their networks. */
export function createReceivers({ world, webhooks, perEndpoint, onPost, onDelivered, onFailed, act }: ReceiversDeps) {
  const { clock, random } = world;

  /** By docs/partners.md: an endpoint that has failed gets one try at a time, and twice as many after each success. */
  function takePlace(tries: Map<Webhook, Tries>, webhook: Webhook, process: Process): (result: WebhookResult) => void {
    const own = tries.get(webhook) ?? { running: 0, limit: perEndpoint };
    tries.set(webhook, own);
    own.running++;
    const isTooMuch = own.running > own.limit && !process.wasFrozen();
    if (isTooMuch) world.violate("an endpoint in trouble gets one try at a time", `${process.name} ${own.running}`);
    return ({ kind }) => {
      own.running--;
      own.limit = kind === "delivered" ? Math.min(2 * own.limit, perEndpoint) : 1;
      if (own.running === 0) tries.delete(webhook);
    };
  }

  /** Posts of one process, in place of those over the network. */
  return (process: Process) => {
    const tries = new Map<Webhook, Tries>();
    return async (url: string, headers: Headers, body: string, deadline: number): Promise<WebhookResult> => {
      const webhook = webhooks.find((one) => one.url === url);
      if (webhook === undefined) throw new Error(`nobody has ${url}`);
      // A try counts from its start: one that is on its way already does not know that another has failed.
      const leave = takePlace(tries, webhook, process);
      await process.sleep(between(random, 1, 20));
      const { partner } = webhook;
      const { "webhook-id": id = "", "webhook-timestamp": timestamp = "", "webhook-signature": signed = "" } = headers;
      const signatureBy = (secret: string) => `v1,${macOf(secret, `${id}.${timestamp}.${body}`)}`;
      const setting = webhook
        .settingsSince(clock.now() - knownMs)
        .findLast(({ secrets }) => secrets.map(signatureBy).join(" ") === signed);
      const { configId = "" } = setting ?? {};
      const timestampMs = Number(timestamp) * 1_000;
      const post: Post = { partner, id, configId, timestampMs, body, isSigned: setting !== undefined, process };
      onPost(post);
      const { result, afterMs } = webhook.replyTo((secret) => signed.split(" ").includes(signatureBy(secret)));
      const answersAt = clock.now() + afterMs;
      if (result.kind === "delivered" && afterMs < Number.POSITIVE_INFINITY) {
        onDelivered(post);
        // What the receiver does of its own accord goes on, whatever becomes of the sender.
        void act(post);
      } else onFailed(post, result.kind === "gone");
      const leftMs = Math.max(0, deadline - process.now());
      await process.sleep(Math.min(answersAt - clock.now(), leftMs));
      const isLate = afterMs > leftMs || process.now() > deadline;
      const came: WebhookResult = isLate ? { kind: "failed", because: "timeout" } : result;
      world.note("webhook", `${process.name} ${partner.partnerId} ${id} ${isLate ? "late" : JSON.stringify(result)}`);
      leave(came);
      return came;
    };
  };
}

/** By the page of Standard Webhooks, written anew so that a mistake in the project's own cannot hide. */
function macOf(secret: string, text: string): string {
  return createHmac("sha256", Buffer.from(secret.replace("whsec_", ""), "base64"))
    .update(text)
    .digest("base64");
}
