import { expect, test } from "vitest";
import { faultFields } from "../../shared/telemetry/fault-fields.ts";

function withStack(error: Error, ...frames: string[]): Error {
  error.stack = [`${error.name}: ${error.message}`, ...frames.map((frame) => `    at ${frame}`)].join("\n");
  return error;
}

test("an error is logged by its code or name, those of its causes and the place in our code", () => {
  const root = Object.assign(new Error("connect 10.0.0.1"), { code: "ECONNREFUSED" });
  const error = new RangeError("no", { cause: new TypeError("password=1", { cause: root }) });
  const { at, ...names } = faultFields(error);
  expect(names).toEqual({ fault: "RangeError", cause: "TypeError < ECONNREFUSED" });
  expect(at).toMatch(/^(\S+ \()?fault-fields\.test\.ts:\d+:\d+\)?$/);
});

test.each([
  ["settle (file:///var/task/index.mjs:3:1204)", "settle (index.mjs:3:1204)"],
  ["async Object.claim [as run] (/var/task/index.mjs:3:1)", "Object.claim (index.mjs:3:1)"],
  ["new Fault (/home/someone/my project/index.mjs:3:1)", "Fault (index.mjs:3:1)"],
  ["file:///C:/Users/someone/index.mjs:3:1", "index.mjs:3:1"],
  ["async file:///var/task/index.mjs:3:1", "index.mjs:3:1"],
])("the place has no path of the machine: %s", (frame, at) => {
  expect(faultFields(withStack(new Error("x"), frame)).at).toBe(at);
});

test("the place is in our code where the error was thrown within Node.js", () => {
  const frames = ["TCP.afterConnect [as oncomplete] (node:net:1637:16)", "node:internal/x:1:1", "post (index.mjs:1:2)"];
  expect(faultFields(withStack(new Error("x"), ...frames)).at).toBe("post (index.mjs:1:2)");
  expect(faultFields(withStack(new Error("x"), ...frames.slice(0, 2))).at).toBeUndefined();
});

test("what a message or a service says does not get into the log", () => {
  const error = withStack(new Error("quoted\n    at secret (input.txt:1:1)"), "settle (index.mjs:3:4)");
  expect(faultFields(error).at).toBe("settle (index.mjs:3:4)");
  expect(faultFields(Object.assign(error, { code: "6228 4804" })).fault).toBe("unnamed");
  expect(faultFields("text")).toEqual({ fault: "not an error", cause: undefined, at: undefined });
});

test("causes in a circle are named a few times only", () => {
  const error = new Error("x");
  error.cause = error;
  expect(faultFields(error).cause).toBe("Error < Error < Error < Error");
});
