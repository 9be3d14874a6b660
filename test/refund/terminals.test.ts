import { describe, expect, test } from "vitest";
import { allReadings } from "../../shared/refund/reading.ts";
import { readingWord } from "../../shared/refund/reading-word.ts";
import {
  mayBeWrongTerminal,
  provesExistence,
  terminalsBeside,
  terminalsToTry,
  withAskedTid,
} from "../../shared/refund/terminals.ts";
import { claimedRefund } from "../support/refunds.ts";

describe("the terminals to ask with", () => {
  test("are the newest one and then all others asked with, each once", () => {
    const refund = claimedRefund({ tid: "c", askedTids: ["c", "b", "a"] });
    expect(terminalsToTry(refund)).toEqual(["c", "b", "a"]);
  });

  test("begin with the confirmed one, and go on with the newest", () => {
    const refund = claimedRefund({ confirmedTid: "a", tid: "c", askedTids: ["b", "a"] });
    expect(terminalsToTry(refund)).toEqual(["a", "c", "b"]);
    expect(terminalsToTry({ ...refund, tid: "a", askedTids: [] })).toEqual(["a"]);
  });

  test("are five at most, the best one included", () => {
    const refund = claimedRefund({ tid: "f", askedTids: ["e", "d", "c", "b", "a"] });
    expect(terminalsToTry(refund)).toEqual(["f", "e", "d", "c", "b"]);
  });
});

describe("the terminals kept beside a confirmed one", () => {
  test("are all others, the one that was confirmed before first", () => {
    const refund = claimedRefund({ confirmedTid: "a", tid: "c", askedTids: ["c", "b"] });
    expect(terminalsBeside("a", refund)).toEqual(["c", "b"]);
    expect(terminalsBeside("c", refund)).toEqual(["a", "b"]);
    expect(terminalsBeside(undefined, claimedRefund({ tid: "c", askedTids: ["c", "b"] }))).toEqual(["c", "b"]);
  });

  test("are four at most, and the one that was confirmed before is never left out", () => {
    const refund = claimedRefund({ confirmedTid: "a", tid: "f", askedTids: ["f", "e", "d", "c", "b"] });
    expect(terminalsBeside("f", refund)).toEqual(["a", "e", "d", "c"]);
  });
});

test("of the terminals asked with the four newest are kept, the newest first and each once", () => {
  expect(withAskedTid([], "a")).toEqual(["a"]);
  expect(withAskedTid(["c", "b", "a"], "a")).toEqual(["a", "c", "b"]);
  expect(withAskedTid(["d", "c", "b", "a"], "e")).toEqual(["e", "d", "c", "b"]);
});

const words = (holds: (reading: (typeof allReadings)[number]) => boolean) => allReadings.filter(holds).map(readingWord);

test("another terminal is worth a try where the answer may be due to the terminal alone", () => {
  expect(words(mayBeWrongTerminal)).toEqual(["not_found", "blocked/request", "mismatch"]);
});

test("a refund is seen to exist where ChinaUMS has spoken of it", () => {
  expect(words(provesExistence)).toEqual(["settled/succeeded", "settled/failed", "processing", "unclear/unknown"]);
});
