import type { PostResult } from "../../shared/chinaums/transport/raw-answer.ts";
import { type Episode, episodes, isIn } from "./faults.ts";
import { beijing } from "./platform.ts";
import { between, magnitude, pick, type Random } from "./random.ts";
import { mids, type Truth } from "./truth.ts";
import { type Asked, json, text } from "./upstream-answers.ts";
import type { World } from "./world.ts";

/** What comes back, and when. `proves` is the refund whose outcome it proves. */
export type Reply = { readonly result: PostResult; readonly afterMs: number; readonly proves?: string | undefined };

const hourMs = 3_600_000;

export function soon(random: Random, result: PostResult): Reply {
  return { result, afterMs: between(random, 1, 40) };
}

const hangsBelow = 0.4;

/** Times in which nothing answers, each from before refunds are made in a batch, so that their checks take long together. */
function hangingHours(random: Random, truths: readonly Truth[], until: number): Episode[] {
  return Array.from({ length: 2 }, () => {
    const from = pick(random, truths).firstAskedAt - 60_000;
    const lastsMs = magnitude(random, 5 * 60_000, 6 * hourMs);
    return { from, until: Math.min(from + lastsMs, until), mode: random() * hangsBelow };
  });
}

/** What ChinaUMS and the network before it do wrong, and the times of which they do it all the time. */
export function createUpstreamFaults(world: World, truths: readonly Truth[], from: number, until: number) {
  const { clock, random } = world;
  const outages = [...episodes(random, from, until, 30 * hourMs), ...hangingHours(random, truths, until)];
  const refusals = episodes(random, from, until, 60 * hourMs).map((one) => ({ ...one, mid: pick(random, mids) }));
  const refusesAll = episodes(random, from, until, 6 * hourMs);

  const html = (status: number) => text(status, "<html><body>Bad Gateway</body></html>");
  const hangs: Reply = { result: { kind: "timeout" }, afterMs: Infinity };
  /** Some gateways quote the header that they could not read. */
  const gateway = (errCode: string, header = "") =>
    json(412, { errCode, errInfo: `网关异常 ${header}`, responseTimestamp: beijing(clock.now()) });

  /** What comes instead of an answer, if anything. */
  function fault(asked: Asked | undefined, header: string): Reply | undefined {
    const outage = world.rate("outage") > 0 ? isIn(outages, clock.now()) : undefined;
    if (outage !== undefined && random() < 0.98) return failAs(outage);
    if (world.strikes("timeout")) return hangs;
    if (world.strikes("reset")) return soon(random, { kind: pick(random, ["closed", "unreachable"]) });
    if (world.strikes("garbage"))
      return soon(random, pick(random, [{ kind: "unreadable" } as const, html(502), html(200)]));
    if (world.strikes("gateway"))
      return soon(random, gateway(pick(random, ["9200", "9999"]), random() < 0.5 ? header : ""));
    if (asked === undefined) return undefined;
    const business = (errCode: string) => soon(random, json(200, { errCode, errMsg: "系统繁忙", mid: asked.mid }));
    if (world.strikes("transient")) {
      return business(pick(random, ["TARGET_FAIL", "INTERNAL_ERROR", "SYSTEM_BUSY", "NEVER_SEEN", "TIMEOUT"]));
    }
    if (world.strikes("locked")) return business("ORDER_PROCESSING");
    if (world.rate("refusals") > 0) {
      const refusal = refusals.find((one) => one.mid === asked.mid && isIn([one], clock.now()));
      if (refusal) return business(pick(random, refusal.mode < 0.5 ? ["NO_MERCHANT"] : ["BAD_SIGN", "INVALID_MSGSRC"]));
      if (isIn(refusesAll, clock.now())) return business("DENIED_IP");
    }
    return undefined;
  }

  function failAs({ mode }: Episode): Reply {
    if (mode < hangsBelow) return hangs;
    if (mode < 0.6) return soon(random, { kind: "unreachable" });
    return soon(random, mode < 0.8 ? gateway("9999") : html(502));
  }

  return {
    fault,
    /** Times in which it is out of order, if there are such in this history. */
    outages: world.has("outage") ? outages : [],
    /** Times in which it told nothing about a merchant's refunds. */
    hindrances: (mid: string): readonly Episode[] => {
      const refused = [...refusals.filter((one) => one.mid === mid), ...refusesAll];
      return [...(world.has("outage") ? outages : []), ...(world.has("refusals") ? refused : [])];
    },
  };
}
