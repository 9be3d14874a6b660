import { expect, test } from "vitest";
import { createListener, deliveriesAt } from "../support/listener.ts";
import { useLocalRun } from "../support/local-run.ts";
import { newOrder } from "../support/partner.ts";

const local = useLocalRun({ sweepEveryMs: 500, ladder: "1s*900" });
const [finals, kills] = [120, 15];

test(`killed ${kills} times during ${finals} finals, every event is in the feed once and was delivered with the same content`, async () => {
  const { url, partners, receiver } = local.ready();
  const [pair] = partners;
  if (pair === undefined) throw new Error("there is no partner");
  const listener = createListener(url, pair);
  const orders = Array.from({ length: finals }, () => newOrder("SUCCESS-"));
  let read: Awaited<ReturnType<typeof listener.readAll>> = { events: [], cursor: "" };
  const follow = async () => {
    const more = await listener.readAll(read.cursor || undefined).catch(() => undefined);
    if (more !== undefined) read = { events: [...read.events, ...more.events], cursor: more.cursor };
    return read.events.length;
  };

  for (let from = 0, killed = 0; killed < kills; killed++) {
    const some = orders.slice(from, from + 10);
    from += some.length;
    const names = { mid: pair.mids[0], tid: "88880001", instMid: "APPDEFAULT" };
    const watched = await listener.watch(some.map((merOrderId) => ({ ...names, merOrderId }))).catch(() => undefined);
    // A partner that got no answer registers again.
    if (some.length > 0 && watched?.status !== 200) from -= some.length;
    await follow();
    for (const name of ["refund-tell", "refund-recheck", "refund-feed"] as const) {
      if (Math.random() < (name === "refund-tell" ? 1 : 0.3))
        for (const pid of local.pids(name)) process.kill(pid, "SIGKILL");
    }
  }
  for (const merOrderId of orders) {
    const one = { mid: pair.mids[0], tid: "88880001", instMid: "APPDEFAULT", merOrderId };
    await expect
      .poll(async () => (await listener.watch([one]).catch(() => undefined))?.status, { timeout: 60_000 })
      .toBe(200);
  }

  await expect.poll(follow, { timeout: 600_000, interval: 500 }).toBe(finals);
  expect(new Set(read.events.map(({ data }) => data.merOrderId))).toEqual(new Set(orders));
  const whole = await listener.readAll();
  expect(whole.events).toEqual(read.events);

  const byId = new Map(whole.events.map((event) => [event.id, event]));
  expect(byId.size).toBe(finals);
  const deliveredIds = async () => new Set((await deliveriesAt(receiver.url)).map(({ id }) => id)).size;
  await expect.poll(deliveredIds, { timeout: 600_000, interval: 500 }).toBe(finals);
  for (const { id, body, verified } of await deliveriesAt(receiver.url)) {
    expect(verified).toBe(true);
    expect({ id, ...JSON.parse(body) }).toEqual(byId.get(id ?? ""));
  }
}, 1_500_000);
