import type { WebhookResult } from "../../shared/webhook/webhook-result.ts";
import { episodes, isIn } from "./faults.ts";
import type { Partner } from "./partners.ts";
import { between, hex, pick } from "./random.ts";
import type { World } from "./world.ts";

export type WebhooksDeps = {
  readonly world: World;
  /** The partners that have a webhook. */
  readonly partners: readonly Partner[];
  readonly from: number;
  readonly until: number;
  /** Secrets Manager: the webhook of a partner, or none. */
  readonly put: (partnerId: string, webhook: object | undefined) => void;
};

/** A webhook as it was set for some time. Secrets are as in its secret, newest first. */
type Setting = { readonly configId: string; readonly secrets: readonly string[]; readonly from: number; until: number };
type Reply = { readonly result: WebhookResult; readonly afterMs: number };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export type Webhook = ReturnType<typeof createWebhook>;

/** One partner's webhook with whoever sets, rotates and removes it, and how its receiver answers. */
function createWebhook({ world, from, until, put }: WebhooksDeps, partner: Partner) {
  const { clock, random } = world;
  const { partnerId, appId } = partner;
  const outages = episodes(random, from, until, 6 * dayMs);
  // Some last until the webhook is ended for it.
  const long = between(random, from, until);
  if (random() < 0.3) outages.unshift({ from: long, until: Math.min(long + 7 * dayMs, until), mode: random() });
  const url = `https://${partnerId}.example/hook`;
  const settings: Setting[] = [];
  /** Times without a webhook. */
  const absences: { readonly from: number; readonly until: number }[] = [];
  /** The secrets that the receiver accepts. */
  let accepted: readonly string[] = [];

  const current = () => settings.findLast((one) => one.until === Infinity);
  const newSecret = () => `whsec_${Buffer.from(hex(random, 48), "hex").toString("base64")}`;

  function end(): void {
    const setting = current();
    if (setting !== undefined) setting.until = clock.now();
  }
  function store(configId: string, secrets: readonly string[]): void {
    end();
    settings.push({ configId, secrets, from: clock.now(), until: Infinity });
    put(partnerId, { partnerId, appId, configId, url, scheme: "v1", secrets });
  }
  /** Sets the webhook anew, whatever there was. */
  function set(): void {
    accepted = [newSecret()];
    store(hex(random, 16), accepted);
  }
  /** Two secrets are valid for a day; the receiver knows the new one from some time in it on. */
  function rotate(): void {
    world.note("rotation", `webhook of ${partnerId}`);
    const { configId = "", secrets = [] } = current() ?? {};
    const fresh = newSecret();
    store(configId, [fresh, ...secrets.slice(0, 1)]);
    const later = (ms: number, act: () => void) =>
      clock.at(clock.now() + ms, () => current()?.secrets[0] === fresh && act());
    later(between(random, minuteMs, 12 * hourMs), () => {
      accepted = [fresh];
    });
    later(dayMs, () => store(configId, [fresh]));
  }
  function remove(): void {
    world.note("webhook removed", partnerId);
    const back = clock.now() + between(random, minuteMs, 2 * dayMs);
    absences.push({ from: clock.now(), until: back });
    end();
    put(partnerId, undefined);
    clock.at(back, () => current() === undefined && set());
  }
  set();
  // Somebody sees to it that everything is in order when faults have stopped.
  clock.at(until, set);

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
    if (choice < 0.65) return soon({ kind: "failed", because: "reset" });
    if (choice < 0.75) return soon({ kind: "failed", because: "unreachable" });
    if (choice < 0.85) return soon({ kind: "failed", because: "redirect" });
    return soon(status(pick(random, [429, 503]), pick(random, [1_000, 30_000, 2 * hourMs])));
  }

  return {
    partner,
    url,
    /** The settings that were there at some time since an instant. */
    settingsSince: (instant: number) => settings.filter((one) => one.until >= instant),
    /** True if there was no webhook at some time between two instants. */
    wasAbsent: (since: number, to: number) => absences.some((one) => one.from <= to && one.until >= since),
    /** What the receiver answers to a post; `isSignedBy` tells whether a secret has signed it. */
    replyTo(isSignedBy: (secret: string) => boolean): Reply {
      const outage = world.rate("webhook-outage") > 0 ? isIn(outages, clock.now()) : undefined;
      if (outage !== undefined) return trouble(outage.mode);
      if (world.strikes("webhooks")) return trouble(random());
      if (world.strikes("gone")) return { result: { kind: "gone" }, afterMs: 20 };
      if (!accepted.some(isSignedBy)) return { result: status(401), afterMs: 10 };
      const afterMs = world.strikes("slow") ? between(random, 1_000, 14_000) : between(random, 5, 300);
      return { result: { kind: "delivered", status: 200 }, afterMs };
    },
    /** What people do to it while faults come. */
    change(): void {
      if (current() !== undefined) pick(random, [rotate, rotate, remove, set])();
    },
  };
}

export function createWebhooks(deps: WebhooksDeps): readonly Webhook[] {
  return deps.partners.map((partner) => createWebhook(deps, partner));
}
