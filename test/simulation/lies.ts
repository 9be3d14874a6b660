import type { PostResult } from "../../shared/chinaums/transport/raw-answer.ts";
import { between, hex, pick } from "./random.ts";
import { isSettled, mids, otherOutcome, type Truth } from "./truth.ts";
import { type Asked, fullAnswer, json, text } from "./upstream-answers.ts";
import type { World } from "./world.ts";

/** A final word that proves nothing, because one of the four parts is not true of it. */
export type Lie = {
  readonly result: PostResult;
  /** True if it is about this very refund: it may be told, and it proves that the terminal is right. */
  readonly isAboutIt: boolean;
};

/** Words of ChinaUMS that look like a final one. */
const lookAlikes = ["success", "REFUND_SUCCESS", "CLOSED", "FAILED", "SUCCESS1"];
const notAnswered = ["INTERNAL_ERROR", "ORDER_PROCESSING", "TARGET_FAIL", "0000", "success"];

/** What is told of a refund in place of the truth; of another one where ChinaUMS knows none. */
export function lieAbout(world: World, asked: Asked, truth: Truth | undefined, truths: readonly Truth[]): Lie {
  const { clock, random } = world;
  const about = truth ?? pick(random, truths);
  const word = isSettled(about, clock.now()) ? otherOutcome(about.outcome) : pick(random, ["SUCCESS", "FAIL"]);
  const named: { [member: string]: unknown } = {
    ...fullAnswer(world, asked, about, word),
    refundOrderId: asked.merOrderId,
    merOrderId: about.paymentOrderId,
  };
  const { refundOrderId: _, merOrderId: __, mid: ___, ...nameless } = named;
  const told = (result: PostResult, isAboutIt = false): Lie => ({ result, isAboutIt });
  const doubled = (name: string, value: string) =>
    told(text(200, `{"${name}":${JSON.stringify(value)},${JSON.stringify(named).slice(1)}`));
  const lies: readonly (() => Lie)[] = [
    () => told(json(pick(random, [500, 502, 404, 302, 300]), named)),
    () => told(json(200, { ...named, refundOrderId: "NOT-YOURS-77", merOrderId: "PAYMENT-X" })),
    () => told(json(200, { ...named, errCode: pick(random, notAnswered) })),
    () => told(json(200, { ...named, errCode: undefined })),
    () => told(json(200, { ...nameless, mid: asked.mid, msgId: hex(random, 32) })),
    () => told(json(200, { ...nameless, mid: asked.mid, msgId: undefined })),
    () =>
      told(
        json(200, {
          ...named,
          mid: pick(
            random,
            mids.filter((mid) => mid !== asked.mid),
          ),
        }),
      ),
    () => told(json(200, { ...named, mid: undefined })),
    () => told(json(200, { ...named, tid: "77777777" })),
    // What cannot be read may name another.
    () => told(json(200, { ...named, [pick(random, ["mid", "tid", "refundOrderId"])]: ["UNREADABLE"] })),
    () => doubled("refundStatus", "PROCESSING"),
    () => doubled("mid", "898310148160599"),
    () => doubled("errCode", "NO_ORDER"),
    () => told(json(200, nameless)),
    () => told(json(200, { ...named, refundStatus: pick(random, lookAlikes) }), true),
    () => told(json(200, { ...named, refundStatus: undefined, status: "TRADE_SUCCESS" }), true),
  ];
  // Half of those about a wrong terminal are such as make it look right.
  const isAboutWrong = truth !== undefined && asked.tid !== truth.tid && random() < 0.5;
  return (isAboutWrong ? lies.at(-1) : lies[between(random, 0, lies.length)])?.() as Lie;
}
