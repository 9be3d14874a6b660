import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { VettedUrl } from "./vet-url.ts";

export type PinnedAgent = HttpAgent | HttpsAgent;

/** Certificates to trust instead of the public ones, and another way to open a connection. */
export type ConnectSettings = {
  readonly ca?: string | Buffer;
  readonly createConnection?: HttpsAgent["createConnection"];
};

export type PinnedAgentsDeps = { readonly now: () => number; readonly connect?: ConnectSettings };

/** Much shorter than servers keep a connection that nothing comes over, so that none is used that they have just closed. */
const idleMs = 1_000;
const perAgent = { keepAlive: true, timeout: idleMs, maxFreeSockets: 64, scheduling: "lifo" } as const;
/** How long one address is tried before the next. Node's own 250 ms is too short to reach another continent. */
const perAddress = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 2_000 };

/**
 * Agents that can connect to the addresses that a URL was found to lead to, and to no others. An agent's connections are
 * used again only where the very same addresses are found, and only while hardly any time lies between.
 */
export function createPinnedAgents({ now, connect = {} }: PinnedAgentsDeps) {
  /** By what they are pinned to; the one used last comes last. */
  const kept = new Map<string, { readonly agent: PinnedAgent; readonly usedAt: number }>();

  function newAgent({ url, addresses }: VettedUrl): PinnedAgent {
    const options = { ...perAgent, ...perAddress, lookup: lookupOf(addresses) };
    if (url.protocol === "http:") return new HttpAgent(options);
    const { ca, createConnection } = connect;
    const agent = new HttpsAgent({ ...options, rejectUnauthorized: true, ...(ca !== undefined && { ca }) });
    return createConnection === undefined ? agent : Object.assign(agent, { createConnection });
  }

  function forgetIdle(at: number): void {
    for (const [key, { usedAt }] of kept) {
      if (at - usedAt <= idleMs) return;
      kept.delete(key);
    }
  }

  return {
    agentFor(vetted: VettedUrl): PinnedAgent {
      const key = keyOf(vetted);
      const at = now();
      forgetIdle(at);
      const agent = kept.get(key)?.agent ?? newAgent(vetted);
      kept.delete(key);
      kept.set(key, { agent, usedAt: at });
      return agent;
    },
    /** To be called when a kept connection has proved dead, because the others are likely dead too. */
    forget(vetted: VettedUrl): void {
      kept.delete(keyOf(vetted));
    },
  };
}

function keyOf({ url, addresses }: VettedUrl): string {
  return [url.origin, ...addresses.toSorted()].join(" ");
}

/** Gives the vetted addresses for any name, so that a connection cannot lead anywhere else. */
function lookupOf(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_name, { all }, callback) => {
    if (all) return callback(null, found);
    callback(null, found[0]?.address ?? "", found[0]?.family);
  };
}
