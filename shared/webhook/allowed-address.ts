import ipaddr from "ipaddr.js";

/** All that is given out as global unicast in IPv6. The rest of that space is unassigned, or has a meaning of its own. */
const globalUnicast = ipaddr.parseCIDR("2000::/3");

/**
 * True if an IP address is one of the public internet. False for every special range of IANA's registries, also where an
 * IPv6 address holds an IPv4 one (mapped, compatible, NAT64, 6to4, Teredo), and for a text that is no IP address.
 */
export function isPublicAddress(address: string): boolean {
  const parsed = parse(address);
  if (parsed === undefined || parsed.range() !== "unicast") return false;
  return parsed.kind() === "ipv4" || parsed.match(globalUnicast);
}

/** True for 127.0.0.0/8 and ::1, and for nothing else that leads there, such as a mapped address. */
export function isLoopbackAddress(address: string): boolean {
  return parse(address)?.range() === "loopback";
}

function parse(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  // The library also takes short forms such as `127.1`, which no resolver gives.
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return undefined;
  return ipaddr.parse(address);
}
