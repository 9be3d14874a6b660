import { Resolver } from "node:dns/promises";

/** All addresses of a name, IPv4 and IPv6. @throws if it has none, or if that cannot be told in time */
export type ResolveName = (name: string) => Promise<readonly string[]>;

export type ResolveNameDeps = {
  readonly now: () => number;
  /** Name servers to ask instead of the machine's own, such as `127.0.0.1:5353`. */
  readonly servers?: readonly string[];
};

/** So many deliveries to one name need one query, because name servers limit how many a function may make. */
const keptMs = 5_000;
const maxKept = 1_000;

/**
 * Resolves names by asking name servers. The machine's own list of hosts is not read. A server that hangs holds up its own
 * names alone, where Node's `lookup` has a few threads for all.
 */
export function createResolveName({ now, servers }: ResolveNameDeps): ResolveName {
  const resolver = new Resolver({ timeout: 2_500, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  const kept = new Map<string, { readonly found: Promise<readonly string[]>; readonly at: number }>();

  async function ask(name: string): Promise<readonly string[]> {
    const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const addresses = found.flatMap((family) => (family.status === "fulfilled" ? family.value : []));
    if (addresses.length > 0) return addresses;
    throw new Error("the name has no address");
  }

  return (name) => {
    const before = kept.get(name);
    if (before !== undefined && now() - before.at < keptMs) return before.found;
    if (kept.size >= maxKept) kept.clear();
    const found = ask(name);
    kept.set(name, { found, at: now() });
    return found;
  };
}
