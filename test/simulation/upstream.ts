import type { Post } from "../../shared/chinaums/transport/raw-answer.ts";
import { lieAbout } from "./lies.ts";
import { createPlatform } from "./platform.ts";
import type { Process } from "./process.ts";
import { between } from "./random.ts";
import { refundId, type Truth, wordOf } from "./truth.ts";
import { type Asked, fullAnswer, json } from "./upstream-answers.ts";
import { createUpstreamFaults, type Reply, soon } from "./upstream-faults.ts";
import type { World } from "./world.ts";

/** An answer as it was sent, and to whom. */
export type Sent = { readonly at: number; readonly asked: Asked; readonly errCode: string; readonly word: string };

/** What is known of one refund's questions. */
export type Record = {
  /** Answers that reached the sender of the question whole and undistorted, as far as upstream can know. */
  readonly sent: Sent[];
  /** Outcomes that were proved: all four parts were in one answer. */
  readonly proofs: Set<string>;
  /** Terminals by which ChinaUMS has spoken of this very refund. */
  readonly tids: Set<string>;
  calls: number;
  /** When questions were left without an answer of use. */
  readonly failedAt: number[];
  /** When an answer told something that was not the truth, so that a step of a ladder was taken in vain. */
  readonly misledAt: number[];
};

/** Hears of what has come to a process: proof of an outcome, and whether a question was refused for our credentials. */
export type AnswerListener = {
  readonly onProof: (id: string) => void;
  readonly onRefused: (isRefused: boolean) => void;
};

/** The codes by which our credentials are refused. */
const refusesUs = /"errCode":"(1000|BAD_SIGN|INVALID_MSGSRC|DENIED_IP)"/;

/** The lease of a token is longer by this than the call that it is for. */
const leaseOutlastsMs = 2_000;

/** ChinaUMS behind a network: it knows the truth of every refund, and tells it in its own words, most of the time. */
export function createUpstream(world: World, truths: readonly Truth[], from: number, until: number) {
  const { clock, random } = world;
  const byId = new Map(truths.map((truth) => [truth.id, truth]));
  const records = new Map<string, Record>(
    truths.map(({ id }) => [
      id,
      { sent: [], proofs: new Set(), tids: new Set(), calls: 0, failedAt: [], misledAt: [] },
    ]),
  );
  const { fault, outages, hindrances } = createUpstreamFaults(world, truths, from, until);
  const platform = createPlatform(world);
  const msgIds = new Set<string>();
  const inFlight = new Map<string, Set<{ readonly process: Process }>>();

  function answer(asked: Asked, header: string): Reply {
    const now = clock.now();
    const id = refundId(asked);
    const truth = byId.get(id);
    const record = records.get(id);
    const failing = fault(asked, header);
    if (failing !== undefined) {
      record?.failedAt.push(now);
      if (/ORDER_PROCESSING|NEVER_SEEN/.test(JSON.stringify(failing.result))) record?.misledAt.push(now);
      return failing;
    }
    const afterMs = world.strikes("slow") ? between(random, 3_000, 12_000) : between(random, 30, 900);
    if (world.strikes("lies")) {
      record?.failedAt.push(now);
      record?.misledAt.push(now);
      world.note("lie", id);
      const { result, isAboutIt } = lieAbout(world, asked, truth, truths);
      if (isAboutIt) {
        record?.sent.push({ at: now, asked, errCode: "SUCCESS", word: "" });
        record?.tids.add(asked.tid);
      }
      return { result, afterMs };
    }
    const business = (errCode: string, word = "") => {
      record?.sent.push({ at: now, asked, errCode, word });
      return { result: json(200, { errCode, errMsg: "查询失败", mid: asked.mid, msgId: asked.msgId }), afterMs };
    };
    if (asked.srcReserve?.endsWith("BAD")) return business("BAD_REQUEST");
    if (truth === undefined || record === undefined || now < truth.knownFrom) return business("NO_ORDER");
    if (asked.tid !== truth.tid) {
      if (truth.wrongTid !== "other terminal") return business(truth.wrongTid);
      const aboutIt = {
        ...fullAnswer(world, asked, { ...truth, numbers: "as usual" }, wordOf(truth, now)),
        tid: truth.tid,
      };
      return { result: json(200, aboutIt), afterMs };
    }
    const word = wordOf(truth, now);
    record.sent.push({ at: now, asked, errCode: "SUCCESS", word });
    record.tids.add(asked.tid);
    const isFinal = word === "SUCCESS" || word === "FAIL";
    if (isFinal) record.proofs.add(word);
    return { result: json(200, fullAnswer(world, asked, truth, word)), afterMs, proves: isFinal ? id : undefined };
  }

  function reply(
    path: string,
    headers: Readonly<{ [name: string]: string }>,
    body: string,
    onAsked: (id: string, tid: string) => void,
  ) {
    const said = JSON.parse(body);
    if (path.endsWith("/token/access")) return fault(undefined, "") ?? soon(random, platform.issueToken(said));
    const asked: Asked = said.data ?? said;
    const id = refundId(asked);
    const record = records.get(id);
    if (record) record.calls++;
    if (msgIds.has(asked.msgId)) world.violate("a message number is used once", asked.msgId);
    msgIds.add(asked.msgId);
    onAsked(id, asked.tid);
    const refused = platform.refuses(headers.authorization ?? "", body);
    if (refused === undefined) return answer(asked, headers.authorization ?? "");
    world.note("rejected", refused);
    record?.failedAt.push(clock.now());
    return soon(random, json(200, { errCode: "1000", errInfo: "认证失败" }));
  }

  /** A connection of one process to ChinaUMS. `onAsked` hears of every question when it arrives. */
  function createPostOf(
    process: Process,
    group: () => string,
    onAsked: (id: string, tid: string) => void,
    { onProof, onRefused }: AnswerListener,
  ): Post {
    return async (path, headers, body, deadline) => {
      await process.sleep(between(random, 1, 20));
      // Where clocks are further apart than the lease outlasts the call, one may well see the other's lease ended.
      const others = [...(inFlight.get("token") ?? [])].filter(
        (one) => !one.process.wasFrozen() && Math.abs(one.process.now() - process.now()) < leaseOutlastsMs,
      );
      const isToken = path.endsWith("/token/access");
      if (isToken && others.length > 0 && !process.wasFrozen()) {
        world.violate("one instance at a time gets a token", `${process.name} and ${others[0]?.process.name}`);
      }
      const { result, afterMs, proves } = reply(path, headers, body, onAsked);
      const leftMs = Math.max(0, deadline - process.now());
      const waitMs = Math.min(afterMs, leftMs);
      const name = isToken ? "token" : group();
      const asking = inFlight.get(name) ?? new Set();
      inFlight.set(name, asking);
      const question = { process };
      asking.add(question);
      clock.at(clock.now() + waitMs, () => asking.delete(question));
      await process.sleep(waitMs);
      const isLate = afterMs > leftMs || process.now() > deadline;
      const came = isLate ? ({ kind: "timeout" } as const) : result;
      if (!isLate && proves !== undefined) onProof(proves);
      if (came.kind === "answer" && !isToken) onRefused(refusesUs.test(came.answer.body));
      world.note(
        "answer",
        `${process.name} ${came.kind === "answer" ? `${came.answer.status} ${summary(came.answer.body)}` : came.kind}`,
      );
      return came;
    };
  }

  return {
    createPost: createPostOf,
    platform,
    records,
    outages,
    hindrances,
    /** The questions of one group that are under way just now. */
    inFlight: (name: string): readonly Process[] => [...(inFlight.get(name) ?? [])].map(({ process }) => process),
  };
}

export type Upstream = ReturnType<typeof createUpstream>;

function summary(body: string): string {
  const [, errCode = "?"] = /"errCode":"([^"]*)"/.exec(body) ?? [];
  const [, word = ""] = /"refundStatus":"([^"]*)"/.exec(body) ?? [];
  return `${errCode} ${word}`.trim();
}
