import { expect, test } from "vitest";
import { useLocalRun } from "../support/local-run.ts";
import { createPartner, newOrder } from "../support/partner.ts";
import { callsOf } from "../support/simulator-control.ts";

const instances = 2;
const share = { perSecond: 1, burst: 5 };
const settings = { partnerRate: String(share.perSecond), partnerBurst: String(share.burst) };
const local = useLocalRun({ instances, settings });

/** One of the local run's partners, with its first merchant. */
function partnerOf(index: number) {
  const partner = local.ready().partners[index];
  if (partner === undefined) throw new Error("there is no such partner");
  return createPartner(local.ready().url, partner, partner.mids[0] ?? "");
}

test("a storm from one partner gets 429 beyond its share, and costs another partner no request", async () => {
  const [stormy, calm] = [partnerOf(0), partnerOf(1)];
  const startedAt = Date.now();
  const storm = Array.from({ length: 100 * share.burst }, () => stormy.ask(newOrder("SUCCESS-")));
  const quiet = Array.from({ length: share.burst }, () => calm.ask(newOrder("SUCCESS-")));
  const statuses = (await Promise.all(storm)).map(({ status }) => status);
  const elapsedSeconds = (Date.now() - startedAt) / 1_000;

  expect((await Promise.all(quiet)).map(({ status }) => status)).toEqual(quiet.map(() => 200));
  expect(new Set(statuses)).toEqual(new Set([200, 429]));
  const answered = statuses.filter((status) => status === 200).length;
  expect(answered).toBeGreaterThanOrEqual(share.burst);
  // Before they have told each other, both instances may give the whole burst.
  expect(answered).toBeLessThanOrEqual(instances * share.burst + elapsedSeconds * share.perSecond + instances);
  expect(await callsOf(local.ready().upstreamUrl)).toHaveLength(answered + quiet.length);
});

test("the 429 says when to come back and has the error members of ChinaUMS", async () => {
  const stormy = partnerOf(0);
  const refused = await stormy.ask(newOrder("SUCCESS-"));
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  expect(refused.headers.get("content-type")).toContain("application/problem+json");
  expect(refused.body).toMatchObject({ errCode: "SYSTEM_BUSY", errMsg: "请求过于频繁, 请稍后再试", status: 429 });
});
