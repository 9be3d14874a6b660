import { Resolver } from "node:dns/promises";

/** All addresses of a name, IPv4 and IPv6. @throws if it has none, or if that cannot be told in time */
export type ResolveName = (name: string) => Promise<readonly string[]>;

/**
 * Resolves names by asking the name servers themselves. The machine's own list of hosts is not read. A server that hangs
 * holds up its own names alone, where Node's `lookup` has a few threads for all.
 */
export function createResolveName(): ResolveName {
  const resolver = new Resolver({ timeout: 2_500, tries: 2 });
  return async (name) => {
    const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const addresses = found.flatMap((family) => (family.status === "fulfilled" ? family.value : []));
    if (addresses.length > 0) return addresses;
    throw new Error("no address", { cause: found });
  };
}
