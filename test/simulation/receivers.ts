import { createHmac } from "node:crypto";
import type { WebhookResult } from "../../shared/webhook/webhook-result.ts";
import { type Episode, episodes, isIn } from "./faults.ts";
import type { Partner } from "./partners.ts";
import type { Process } from "./process.ts";
import { between, hex, pick } from "./random.ts";
import type { World } from "./world.ts";

/** A post as it came to a receiver. */
export type Post = {
  readonly partner: Partner;
  readonly id: string;
  readonly timestampMs: number;
  readonly body: string;
  /** True if it was signed with a secret that this partner's webhook has had at some time. */
  readonly isSigned: boolean;
  readonly process: Process;
};

export type ReceiversDeps = {
  readonly world: World;
  /** The partners that have a webhook. */
  readonly partners: readonly Partner[];
  readonly from: number;
  readonly until: number;
  /** Secrets Manager: the webhook of a partner, or none. */
  readonly put: (partnerId: string, webhook: object | undefined) => void;
  readonly onPost: (post: Post) => void;
  readonly onDelivered: (post: Post) => void;
  /** What a receiver does with an event before it answers. */
  readonly act: (post: Post) => Promise<void>;
};

type Receiver = {
  readonly partner: Partner;
  readonly outages: readonly Episode[];
  /** Times without a webhook. */
  readonly absences: { from: number; until: number }[];
  configId: string;
  /** As in the webhook's secret, newest first. */
  secrets: readonly string[];
  /** Those that the receiver accepts. */
  accepted: readonly string[];
  readonly ever: Set<string>;
};
type Reply = { readonly result: WebhookResult; readonly afterMs: number };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The partners' receivers behind their networks, and whoever sets, rotates and removes the webhooks. */
export function createReceivers(deps: ReceiversDeps) {
  const { world, from, until } = deps;
  const { clock, random } = world;
  const receivers = deps.partners.map((partner): Receiver => {
    const outages = episodes(random, from, until, 6 * dayMs);
    return { partner, outages, absences: [], configId: "", secrets: [], accepted: [], ever: new Set() };
  });
  const urlOf = ({ partnerId }: Partner) => `https://${partnerId}.example/hook`;

  function newSecret(receiver: Receiver): string {
    const secret = `whsec_${Buffer.from(hex(random, 48), "hex").toString("base64")}`;
    receiver.ever.add(secret);
    return secret;
  }
  function store({ partner, configId, secrets }: Receiver): void {
    const { partnerId, appId } = partner;
    deps.put(partnerId, { partnerId, appId, configId, url: urlOf(partner), scheme: "v1", secrets });
  }
  /** Sets the webhook anew, whatever there was. */
  function set(receiver: Receiver): void {
    receiver.configId = hex(random, 16);
    receiver.secrets = [newSecret(receiver)];
    receiver.accepted = receiver.secrets;
    store(receiver);
  }
  /** Two secrets are valid for a day; the receiver knows the new one from some time in it on. */
  function rotate(receiver: Receiver): void {
    world.note("rotation", `webhook of ${receiver.partner.partnerId}`);
    const { configId } = receiver;
    const fresh = newSecret(receiver);
    receiver.secrets = [fresh, ...receiver.secrets.slice(0, 1)];
    store(receiver);
    const ifSame = (act: () => void) => () => receiver.configId === configId && receiver.secrets[0] === fresh && act();
    clock.at(
      clock.now() + between(random, minuteMs, 12 * hourMs),
      ifSame(() => {
        receiver.accepted = [fresh];
      }),
    );
    clock.at(
      clock.now() + dayMs,
      ifSame(() => {
        receiver.secrets = [fresh];
        store(receiver);
      }),
    );
  }
  function remove(receiver: Receiver): void {
    world.note("webhook removed", receiver.partner.partnerId);
    const back = clock.now() + between(random, minuteMs, 2 * dayMs);
    receiver.absences.push({ from: clock.now(), until: back });
    deps.put(receiver.partner.partnerId, undefined);
    receiver.configId = "";
    clock.at(back, () => receiver.configId === "" && set(receiver));
  }
  receivers.forEach(set);
  // Somebody sees to it that everything is in order when faults have stopped.
  clock.at(until, () => receivers.forEach(set));

  const failed = (because: "reset" | "unreachable" | "redirect" | "tls"): WebhookResult => ({
    kind: "failed",
    because,
  });
  const status = (status: number, retryAfterMs?: number): WebhookResult => ({
    kind: "failed",
    because: "status",
    status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
  const hangs: Reply = { result: { kind: "delivered", status: 200 }, afterMs: Number.POSITIVE_INFINITY };

  function trouble(choice: number): Reply {
    const soon = (result: WebhookResult): Reply => ({ result, afterMs: between(random, 1, 60) });
    if (choice < 0.25) return hangs;
    if (choice < 0.5) return soon(status(pick(random, [500, 502, 400, 404])));
    if (choice < 0.65) return soon(failed("reset"));
    if (choice < 0.75) return soon(failed("unreachable"));
    if (choice < 0.85) return soon(failed("redirect"));
    return soon(status(pick(random, [429, 503]), pick(random, [1_000, 30_000, 2 * hourMs])));
  }
  function replyOf({ outages, accepted }: Receiver, signedWith: string | undefined): Reply {
    const outage = world.rate("webhook-outage") > 0 ? isIn(outages, clock.now()) : undefined;
    if (outage !== undefined) return trouble(outage.mode);
    if (world.strikes("webhooks")) return trouble(random());
    if (world.strikes("gone")) return { result: { kind: "gone" }, afterMs: 20 };
    if (signedWith === undefined || !accepted.includes(signedWith)) return { result: status(401), afterMs: 10 };
    const afterMs = world.strikes("slow") ? between(random, 1_000, 14_000) : between(random, 5, 300);
    return { result: { kind: "delivered", status: 200 }, afterMs };
  }

  return {
    /** Posts of one process, in place of those over the network. */
    createPost:
      (process: Process) =>
      async (
        url: string,
        headers: Readonly<Record<string, string>>,
        body: string,
        deadline: number,
      ): Promise<WebhookResult> => {
        await process.sleep(between(random, 1, 20));
        const receiver = receivers.find(({ partner }) => urlOf(partner) === url);
        if (receiver === undefined) throw new Error(`nobody has ${url}`);
        const {
          "webhook-id": id = "",
          "webhook-timestamp": timestamp = "",
          "webhook-signature": signatures = "",
        } = headers;
        const signs = (secret: string) =>
          signatures.split(" ").includes(`v1,${macOf(secret, `${id}.${timestamp}.${body}`)}`);
        const signedWith = receiver.accepted.find(signs);
        const isSigned = signedWith !== undefined || [...receiver.ever].some(signs);
        const { partner } = receiver;
        const post: Post = { partner, id, timestampMs: Number(timestamp) * 1_000, body, isSigned, process };
        deps.onPost(post);
        const { result, afterMs } = replyOf(receiver, signedWith);
        const answersAt = clock.now() + afterMs;
        if (result.kind === "delivered" && afterMs < Number.POSITIVE_INFINITY) {
          deps.onDelivered(post);
          // What the receiver does of its own accord goes on, whatever becomes of the sender.
          void deps.act(post);
        }
        const leftMs = Math.max(0, deadline - process.now());
        await process.sleep(Math.min(answersAt - clock.now(), leftMs));
        const isLate = afterMs > leftMs || process.now() > deadline;
        world.note("webhook", `${process.name} ${partner.partnerId} ${id} ${isLate ? "late" : JSON.stringify(result)}`);
        return isLate ? { kind: "failed", because: "timeout" } : result;
      },

    /** What people do to the webhooks while faults come. */
    change(): void {
      const receiver = pick(random, receivers);
      if (receiver.configId === "") return;
      const change = pick(random, [rotate, rotate, remove, set]);
      change(receiver);
    },

    hasWebhook: ({ partnerId }: Pick<Partner, "partnerId">) =>
      receivers.some((one) => one.partner.partnerId === partnerId),
    /** True if a partner had no webhook at some time between two instants. */
    wasAbsent: ({ partnerId }: Pick<Partner, "partnerId">, since: number, to: number) =>
      receivers
        .filter(({ partner }) => partner.partnerId === partnerId)
        .some(({ absences }) => absences.some((one) => one.from <= to && one.until >= since)),
  };
}

/** By the page of Standard Webhooks, written anew so that a mistake in the project's own cannot hide. */
function macOf(secret: string, text: string): string {
  return createHmac("sha256", Buffer.from(secret.replace("whsec_", ""), "base64"))
    .update(text)
    .digest("base64");
}
