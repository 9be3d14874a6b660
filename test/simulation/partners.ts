import { forgedProof } from "./impostors.ts";
import type { Answer } from "./instances.ts";
import { partnerEvent } from "./partner-event.ts";
import { beijing, bodySig } from "./platform.ts";
import { between, hex, magnitude, pick } from "./random.ts";
import { createTokens } from "./tokens.ts";
import { mids, type Truth } from "./truth.ts";
import type { World } from "./world.ts";

/** One request of a partner, as it was meant. */
export type Ask = {
  readonly partner: Partner;
  readonly truth: Truth;
  readonly tid: string;
  readonly srcReserve: string | undefined;
  readonly key: string | undefined;
  /** What should become of it whatever is known of the refund. */
  readonly kind: "own" | "not mine" | "badly signed" | "stranger";
};

/** A partner as its own secret has it. Keys come one after another; the newest signs. */
export type Partner = {
  readonly partnerId: string;
  readonly appId: string;
  mids: readonly string[];
  /** The merchant that it has lost, and when. */
  lost?: { readonly mid: string; readonly at: number };
  keys: string[];
  /** Keys that its secret does not have any more, and since when. */
  retired: readonly { readonly key: string; readonly at: number }[];
  /** What it may do beside asking. */
  readonly allow: readonly string[];
  /** The tokens that it has got, oldest first, each with the key that it was got with. */
  tokens: readonly { readonly value: string; readonly at: number; readonly key: string }[];
};

/** What a partner hears: an answer, or nothing because it did not come in time. */
export type Heard = {
  readonly ask: Ask;
  readonly askedAt: number;
  readonly msgId: string | undefined;
  readonly answer: Answer | undefined;
  /** The instance that answered. */
  readonly servedBy: string;
};

/** API Gateway, which gives up after its own time. */
export type CallApi = (partner: Partner, event: object) => Promise<Pick<Heard, "answer" | "servedBy">>;

export type PartnersDeps = {
  readonly world: World;
  readonly call: CallApi;
  readonly onAsk: (ask: Ask) => void;
  readonly onHeard: (heard: Heard) => void;
  readonly hasFailedSince: (partner: Partner, instant: number) => boolean;
};

const minuteMs = 60_000;
const dayMs = 86_400_000;

export function createPartnerList(world: World): readonly Partner[] {
  const partner = (name: string, theirs: readonly string[], allow: readonly string[] = []): Partner => {
    const keys = [`KEY-${hex(world.random, 28)}`];
    return { partnerId: `${name}-shop`, appId: `${name}-app`, mids: theirs, keys, retired: [], allow, tokens: [] };
  };
  return [
    partner("north", [mids[0], mids[1]]),
    partner("south", [mids[1], mids[2]]),
    partner("west", [mids[2]], ["token"]),
  ];
}

/** The partners' side: they ask about their refunds, now and then in a wrong way, repeat, give up and come back. */
export function createPartners(deps: PartnersDeps, partners: readonly Partner[]) {
  const { world, call, onAsk, onHeard, hasFailedSince } = deps;
  const { clock, random } = world;
  const tokenOf = createTokens(world, call);
  let count = 0;

  async function send(ask: Ask): Promise<Heard> {
    const { partner, truth, tid, srcReserve, key, kind } = ask;
    const msgId = random() < 0.5 ? `MSG-${partner.partnerId}-${++count}` : undefined;
    const { merOrderId, instMid, mid } = truth;
    const requestTimestamp = beijing(clock.now());
    const body = { requestTimestamp, merOrderId, instMid, mid, tid, msgId, srcReserve };
    world.note(
      "request",
      `${partner.partnerId} (${kind}) ${truth.id} tid ${tid} key ${key ?? "-"} srcReserve ${srcReserve ?? "-"}`,
    );
    onAsk(ask);
    const proof = await proofOf(ask);
    const askedAt = clock.now();
    const headers = key === undefined ? {} : { "idempotency-key": random() < 0.5 ? key : `"${key}"` };
    const path = "/v1/netpay/refund-query";
    const { answer, servedBy } = await call(partner, partnerEvent(world, partner, { path, body, headers, proof }));
    world.note("response", `${partner.partnerId} ${truth.id} ${answer?.statusCode ?? "none"} ${answer?.body ?? ""}`);
    const heard = { ask, askedAt, msgId, answer, servedBy };
    onHeard(heard);
    return heard;
  }

  /** How the request proves whose it is; by the newest key where that is undefined. */
  async function proofOf({ partner, kind }: Ask): Promise<((body: string) => string) | undefined> {
    if (kind === "stranger") {
      const pair = { appId: `stranger-${between(random, 0, 9)}`, appKey: "KEY-0123456789" };
      return (body) => bodySig(pair, body, clock.now(), hex(random, 32));
    }
    if (kind === "badly signed") return (body) => forgedProof(world, partner, partners, body, hasFailedSince);
    const token = random() < 0.5 ? await tokenOf(partner) : undefined;
    return token === undefined ? undefined : () => `OPEN-ACCESS-TOKEN AccessToken="${token}"`;
  }

  /** Asks until there is an answer that is no trouble of the service, a few times at most. */
  async function insist(ask: Ask): Promise<void> {
    for (let tries = between(random, 1, 4); tries > 0; tries--) {
      if (ask.kind === "own" && !ask.partner.mids.includes(ask.truth.mid)) return;
      const { answer } = await send(ask);
      if (answer !== undefined && answer.statusCode < 409) return askAtNextCheck(ask, answer);
      await clock.sleep(magnitude(random, 500, 2 * minuteMs));
    }
  }

  /** Some clients come back when they were told that the next check is made, by the minute as schedules do. */
  function askAtNextCheck(ask: Ask, { body }: Answer): void {
    const [, nextCheckAt] = /"nextCheckAt":"([^"]+)"/.exec(body) ?? [];
    if (nextCheckAt === undefined || random() > 0.3) return;
    const minute = Math.ceil(Date.parse(nextCheckAt) / minuteMs) * minuteMs;
    clock.at(minute + magnitude(random, 10, 3_000), () => void insist(ask));
  }

  function askAbout(truth: Truth, tid: string, key: string | undefined): Ask {
    const theirs = partners.filter((partner) => partner.mids.includes(truth.mid));
    const others = partners.filter(({ mids, lost }) => !mids.includes(truth.mid) && lost?.mid !== truth.mid);
    const [stranger, unsigned, notMine] = [random() < 0.02, random() < 0.02, random() < 0.03];
    const kind = stranger ? "stranger" : unsigned ? "badly signed" : notMine && others.length > 0 ? "not mine" : "own";
    const partner = pick(random, kind === "not mine" ? others : theirs);
    const reserve = `RSV-${partner.partnerId}-${between(random, 0, 3)}`;
    const srcReserve = random() < 0.6 ? undefined : random() < 0.3 ? `${reserve}-BAD` : reserve;
    return { partner, truth, tid, srcReserve, key, kind };
  }

  /** Everything that partners will ever ask about one refund. */
  function plan(truth: Truth): void {
    const keys = [undefined, undefined, `order-${truth.merOrderId}`, `order-${truth.merOrderId}-${truth.mid}`];
    const askAt = (instant: number, tid: string) => {
      clock.at(instant, () => void insist(askAbout(truth, tid, pick(random, keys))));
      if (random() > 0.4) return;
      // Several at once, as clients with retries of their own and two departments of one merchant do.
      for (let n = between(random, 1, 4); n > 0; n--) {
        const again = random() < 0.5 ? tid : tidFor(random, truth);
        clock.at(instant + magnitude(random, 1, 25_000), () => void insist(askAbout(truth, again, pick(random, keys))));
      }
    };
    askAt(truth.firstAskedAt, tidFor(random, truth));
    for (let n = between(random, 0, 5); n > 0; n--) {
      askAt(truth.firstAskedAt + magnitude(random, 10_000, 4 * dayMs), tidFor(random, truth));
    }
    if (truth.settlesAt < Infinity && random() < 0.5)
      askAt(truth.settlesAt + magnitude(random, minuteMs, 2 * dayMs), truth.tid);
  }

  /** A partner that has just heard of a refund asks about it, as some programs do out of caution. */
  function askAgain(partner: Partner, truth: Truth): Promise<void> {
    return insist({ partner, truth, tid: truth.tid, srcReserve: undefined, key: undefined, kind: "own" });
  }

  return { plan, askAgain };
}

/** The terminal that a partner names: not always the right one. */
export function tidFor(random: World["random"], truth: Truth): string {
  return random() < 0.7 ? truth.tid : `8888000${between(random, 1, 4)}`;
}
