import { partnerEvent } from "./partner-event.ts";
import type { CallApi, Partner } from "./partners.ts";
import { between, pick } from "./random.ts";
import type { World } from "./world.ts";

/** A partner's share of the requests, as the instances here have it. */
export const share = { perSecond: 5, burst: 20 } as const;

const callers = 6;
const callsEach = 20;
/** Each instance lets some through before it knows of the others. */
const leeway = 6 * callers;
/** Who asks no more often than this in the last half minute is never sent away. */
const fewCalls = 3;
const windowMs = 30_000;

/** The partners' shares: what they ask for in a storm, and who is sent away. */
export function createShares(world: World, skewMs: number) {
  const { clock, random } = world;
  const sentAt = new Map<Partner, number[]>();

  /** Calls of partners, watched. */
  const watched =
    (call: CallApi): CallApi =>
    async (partner, event) => {
      const lately = (sentAt.get(partner) ?? []).filter((at) => at > clock.now() - windowMs);
      sentAt.set(partner, [...lately, clock.now()]);
      const called = await call(partner, event);
      if (called.answer?.statusCode !== 429) return called;
      const sent = sentAt.get(partner)?.filter((at) => at > clock.now() - windowMs).length ?? 0;
      if (sent <= fewCalls) world.violate("nobody is sent away who keeps within its share", partner.partnerId);
      const retryAfter = Number(Reflect.get(called.answer.headers, "Retry-After") ?? 0);
      if (retryAfter < 1) world.violate("who is sent away is told when to come back", partner.partnerId);
      return called;
    };

  /** Several programs of one partner ask over and over, as fast as they are answered. */
  async function storm(partner: Partner, call: CallApi): Promise<void> {
    const startedAt = clock.now();
    world.note("storm", partner.partnerId);
    let [letIn, inTrouble] = [0, 0];
    const ask = async () => {
      for (let calls = 0; calls < callsEach; calls++) {
        const event = partnerEvent(world, partner, { path: "/v1/refunds/changes", body: { limit: 1 } });
        const { answer } = await call(partner, event);
        if (answer?.statusCode === 200) letIn++;
        else if (answer?.statusCode !== 429) inTrouble++;
        await clock.sleep(between(random, 1, 20));
      }
    };
    await Promise.all(Array.from({ length: callers }, ask));
    const seconds = (clock.now() - startedAt + 2 * skewMs) / 1_000;
    const most = share.burst + share.perSecond * seconds + leeway;
    const isTooMuch = letIn > most && inTrouble === 0;
    if (isTooMuch) world.violate("a storm is held to its partner's share", `${partner.partnerId} ${letIn} > ${most}`);
  }

  return { watched, storm: (partners: readonly Partner[], call: CallApi) => storm(pick(random, partners), call) };
}
