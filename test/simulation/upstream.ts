import type { Post, PostResult } from "../../shared/chinaums/transport/raw-answer.ts";
import { type Episode, episodes, isIn } from "./faults.ts";
import { beijing, createPlatform } from "./platform.ts";
import type { Process } from "./process.ts";
import { between, hex, pick } from "./random.ts";
import { isSettled, mids, otherOutcome, refundId, type Truth, wordOf } from "./truth.ts";
import type { World } from "./world.ts";

/** What a question to ChinaUMS asks. */
export type Asked = {
  readonly mid: string;
  readonly instMid: string;
  readonly merOrderId: string;
  readonly tid: string;
  readonly msgId: string;
  readonly srcReserve?: string;
};

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

type Reply = { readonly result: PostResult; readonly afterMs: number; readonly proves?: string | undefined };

const fullCard = "6228481234567890123";
const hourMs = 3_600_000;
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
  const outages = episodes(random, from, until, 30 * hourMs);
  const refusals = episodes(random, from, until, 60 * hourMs).map((one) => ({ ...one, mid: pick(random, mids) }));
  const refusesAll = episodes(random, from, until, 6 * hourMs);
  const platform = createPlatform(world);
  const msgIds = new Set<string>();
  const inFlight = new Map<string, Set<{ readonly process: Process }>>();

  function json(status: number, body: object): PostResult {
    return { kind: "answer", answer: { status, body: JSON.stringify(body) } };
  }
  const html = (status: number): PostResult => ({
    kind: "answer",
    answer: { status, body: "<html><body>Bad Gateway</body></html>" },
  });
  const hangs: Reply = { result: { kind: "timeout" }, afterMs: Infinity };
  const soon = (result: PostResult): Reply => ({ result, afterMs: between(random, 1, 40) });
  const gateway = (errCode: string) =>
    json(412, { errCode, errInfo: "网关异常", responseTimestamp: beijing(clock.now()) });

  /** What comes instead of an answer, if anything. */
  function fault(asked: Asked | undefined): Reply | undefined {
    const outage = world.rate("outage") > 0 ? isIn(outages, clock.now()) : undefined;
    if (outage !== undefined && random() < 0.98) return failAs(outage);
    if (world.strikes("timeout")) return hangs;
    if (world.strikes("reset")) return soon({ kind: pick(random, ["closed", "unreachable"]) });
    if (world.strikes("garbage")) return soon(pick(random, [{ kind: "unreadable" } as const, html(502), html(200)]));
    if (world.strikes("gateway")) return soon(gateway(pick(random, ["9200", "9999"])));
    if (asked === undefined) return undefined;
    const business = (errCode: string) => soon(json(200, { errCode, errMsg: "系统繁忙", mid: asked.mid }));
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
    if (mode < 0.4) return hangs;
    if (mode < 0.6) return soon({ kind: "unreachable" });
    return soon(mode < 0.8 ? gateway("9999") : html(502));
  }

  /** The answer to a question, as the page of the call has it, its numbers as this refund's are given. */
  function fullAnswer(asked: Asked, truth: Truth, word: string): { [member: string]: unknown } {
    const { merOrderId, paymentOrderId, numbers } = truth;
    const amount = 100 + truth.merOrderId.length;
    const [refundOrderId, merOrder] =
      numbers === "swapped" ? [paymentOrderId, merOrderId] : [merOrderId, paymentOrderId];
    return {
      errCode: "SUCCESS",
      errMsg: "查询成功",
      [random() < 0.5 ? "responseTimeStamp" : "responseTimestamp"]: beijing(clock.now()),
      mid: asked.mid,
      ...(numbers !== "without terminal" && { tid: asked.tid }),
      msgId: asked.msgId,
      srcReserve: asked.srcReserve,
      refundStatus: word,
      ...(numbers !== "message number" && { refundOrderId, merOrderId: merOrder }),
      status: "TRADE_SUCCESS",
      targetStatus: "SUCCESS|SUCCESS",
      totalAmount: random() < 0.5 ? amount : String(amount),
      bankCardNo: fullCard,
      bankInfo: "农业银行 6228 4812 3456 7890 123",
      connectSys: "UNKNOWN_TO_US",
    };
  }

  /** A final word that proves nothing, because one of the four parts is not true of it. */
  function lie(asked: Asked, truth: Truth | undefined, record: Record | undefined): PostResult {
    const other = pick(random, truths);
    const about = truth ?? other;
    const word = otherOutcome(about.outcome);
    const whole = fullAnswer(asked, about, isSettled(about, clock.now()) ? word : pick(random, ["SUCCESS", "FAIL"]));
    const named: { [member: string]: unknown } = {
      ...whole,
      refundOrderId: asked.merOrderId,
      merOrderId: about.paymentOrderId,
    };
    const { refundOrderId: _, merOrderId: __, mid: ___, ...nameless } = named;
    const strange = "NOT-YOURS-77";
    // Half of those about a wrong terminal are such as make it look right.
    const isAboutWrong = truth !== undefined && asked.tid !== truth.tid && random() < 0.5;
    const isLie = isAboutWrong ? 8 : between(random, 0, 9);
    if (isLie === 6 || isLie === 8) {
      // Strange, but about this very refund: it may be told, and it proves that the terminal is right.
      record?.sent.push({ at: clock.now(), asked, errCode: "SUCCESS", word: "" });
      record?.tids.add(asked.tid);
    }
    switch (isLie) {
      case 0:
        return json(pick(random, [500, 502, 404, 302]), named);
      case 1:
        return json(200, { ...named, refundOrderId: strange, merOrderId: "PAYMENT-X" });
      case 2:
        return json(200, {
          ...named,
          errCode: pick(random, ["INTERNAL_ERROR", "ORDER_PROCESSING", "TARGET_FAIL", "0000"]),
        });
      case 3:
        return json(200, { ...nameless, mid: asked.mid, msgId: hex(random, 32) });
      case 4:
        return json(200, {
          ...named,
          mid: pick(
            random,
            mids.filter((mid) => mid !== asked.mid),
          ),
        });
      case 5:
        return json(200, { ...named, tid: "77777777" });
      case 6:
        return json(200, { ...named, refundStatus: pick(random, ["success", "REFUND_SUCCESS", "CLOSED", "FAILED"]) });
      case 7:
        return json(200, nameless);
      default:
        return json(200, { ...named, refundStatus: undefined, status: "TRADE_SUCCESS" });
    }
  }

  function answer(asked: Asked): Reply {
    const now = clock.now();
    const id = refundId(asked);
    const truth = byId.get(id);
    const record = records.get(id);
    const failing = fault(asked);
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
      return { result: lie(asked, truth, record), afterMs };
    }
    const business = (errCode: string, word = "") => {
      record?.sent.push({ at: now, asked, errCode, word });
      return { result: json(200, { errCode, errMsg: "查询失败", mid: asked.mid, msgId: asked.msgId }), afterMs };
    };
    if (asked.srcReserve?.endsWith("BAD")) return business("BAD_REQUEST");
    if (truth === undefined || record === undefined || now < truth.knownFrom) return business("NO_ORDER");
    if (asked.tid !== truth.tid) {
      if (truth.wrongTid !== "other terminal") return business(truth.wrongTid);
      const aboutIt = { ...fullAnswer(asked, { ...truth, numbers: "as usual" }, wordOf(truth, now)), tid: truth.tid };
      return { result: json(200, aboutIt), afterMs };
    }
    const word = wordOf(truth, now);
    record.sent.push({ at: now, asked, errCode: "SUCCESS", word });
    record.tids.add(asked.tid);
    const isFinal = word === "SUCCESS" || word === "FAIL";
    if (isFinal) record.proofs.add(word);
    return { result: json(200, fullAnswer(asked, truth, word)), afterMs, proves: isFinal ? id : undefined };
  }

  function reply(
    path: string,
    headers: Readonly<{ [name: string]: string }>,
    body: string,
    onAsked: (id: string) => void,
  ) {
    const said = JSON.parse(body);
    if (path.endsWith("/token/access")) return fault(undefined) ?? soon(platform.issueToken(said));
    const asked: Asked = said.data ?? said;
    const id = refundId(asked);
    const record = records.get(id);
    if (record) record.calls++;
    if (msgIds.has(asked.msgId)) world.violate("a message number is used once", asked.msgId);
    msgIds.add(asked.msgId);
    onAsked(id);
    const refused = platform.refuses(headers.authorization ?? "", body);
    if (refused === undefined) return answer(asked);
    world.note("rejected", refused);
    record?.failedAt.push(clock.now());
    return soon(json(200, { errCode: "1000", errInfo: "认证失败" }));
  }

  /** A connection of one process to ChinaUMS. `onAsked` hears of every question when it arrives. */
  function createPostOf(
    process: Process,
    group: () => string,
    onAsked: (id: string) => void,
    onProof: (id: string) => void,
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
    /** Times in which it is out of order, if there are such in this history. */
    outages: world.has("outage") ? outages : [],
    /** Times in which it told nothing about a merchant's refunds. */
    hindrances: (mid: string): readonly Episode[] => {
      const refused = [...refusals.filter((one) => one.mid === mid), ...refusesAll];
      return [...(world.has("outage") ? outages : []), ...(world.has("refusals") ? refused : [])];
    },
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
