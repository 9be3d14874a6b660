import type { Partner } from "./partners.ts";
import { bodySig } from "./platform.ts";
import { between, hex, pick } from "./random.ts";
import type { World } from "./world.ts";

const minuteMs = 60_000;
/** A replaced key may let somebody in for so long, because instances go by what they have read. */
const secretMs = 16 * minuteMs;
/** A token is good for 2 h 15 min, and clocks differ. */
const expiredMs = 140 * minuteMs;

/** A way to prove to be a partner that must let nobody in. `hasFailedSince`: its secret was out of reach since an instant. */
export function forgedProof(
  { clock, random }: World,
  partner: Partner,
  partners: readonly Partner[],
  body: string,
  hasFailedSince: (partner: Partner, instant: number) => boolean,
): string {
  const { appId, keys, retired, tokens } = partner;
  const now = clock.now();
  const appKey = keys.at(-1) as string;
  const sign = (key: string, at = now, said = body) => bodySig({ appId, appKey: key }, said, at, hex(random, 32));
  const token = (value: string) => `OPEN-ACCESS-TOKEN AccessToken="${value}"`;
  const other = pick(
    random,
    partners.filter((one) => one !== partner),
  );
  const isGone = (at: number) => now - at > secretMs && !hasFailedSince(partner, at);
  const ways: (() => string)[] = [
    () => sign("KEY-0123456789"),
    () => sign(appKey, now + pick(random, [-1, 1]) * between(random, 6 * minuteMs, 600 * minuteMs)),
    () => sign(appKey, now, `${body} `),
    () => sign(other.keys.at(-1) as string),
    () => "",
  ];
  for (const { key, at } of retired) if (isGone(at)) ways.push(() => sign(key));
  for (const { value, at, key } of tokens) {
    const isOfRetired = retired.some((one) => one.key === key && isGone(one.at));
    if (now - at > expiredMs || isOfRetired) ways.push(() => token(value));
    const mac = value.slice(value.lastIndexOf(".") + 1);
    ways.push(() => token(value.replace(mac, (mac.startsWith("A") ? "B" : "A") + mac.slice(1))));
    ways.push(() => token(value.replace(appId, other.appId)));
  }
  return pick(random, ways)();
}
