import middy from "@middy/core";
import type { Context } from "aws-lambda";
import { describe, expect, test } from "vitest";
import { answerFaults } from "../../shared/http/answer-faults.ts";
import { Fault } from "../../shared/http/fault.ts";
import { type HttpAnswer, jsonAnswer } from "../../shared/http/http-answer.ts";
import { addLogFields, addMetrics } from "../../shared/http/log-line.ts";
import { UnavailableError } from "../../shared/refund/unavailable.ts";

/** Calls a handler as Lambda does, and gives its answer and what was logged. */
async function call(run: (context: Context) => HttpAnswer) {
  const logged: { level: string; fields: object; metrics: unknown }[] = [];
  let now = 1_000;
  const handler = middy<unknown, HttpAnswer, Error, Context>()
    .use(
      answerFaults({
        event: "event",
        log: (level, _event, fields, metrics) => logged.push({ level, fields, metrics }),
        now: () => now,
      }),
    )
    .handler(async (_event, context) => {
      now += 25;
      return run(context);
    });
  const context = { getRemainingTimeInMillis: () => 1_000 } as Context;
  const answer = (await handler({}, context)) as HttpAnswer;
  expect(logged).toHaveLength(1);
  return { answer, body: JSON.parse(answer.body), line: logged[0] };
}

const throwing = (error: unknown) => () => {
  throw error;
};

describe("an invocation", () => {
  test("logs one line with all that was added to it", async () => {
    const { line } = await call((context) => {
      addLogFields(context, { partner: "p" });
      addLogFields(context, { state: "pending" });
      addMetrics(context, [{ name: "Checks", value: 1 }]);
      addMetrics(context, [{ name: "Sweeps", value: 2 }]);
      return jsonAnswer({}, {});
    });
    expect(line).toEqual({
      level: "info",
      fields: { partner: "p", state: "pending", durationMs: 25, status: 200 },
      metrics: [
        { name: "Checks", value: 1 },
        { name: "Sweeps", value: 2 },
      ],
    });
  });

  test("that ends by a fault of the table is answered and logged by it", async () => {
    const { answer, line } = await call((context) => {
      addLogFields(context, { requestId: "r1" });
      throw new Fault("not_your_merchant");
    });
    expect(JSON.parse(answer.body)).toMatchObject({ status: 403, requestId: "r1" });
    expect(line).toMatchObject({
      level: "info",
      fields: { fault: "not_your_merchant", errCode: "1001", status: 403, requestId: "r1", durationMs: 25 },
    });
  });

  test.each(["RECORD_UNAVAILABLE", "RECORD_UNREADABLE", "SECRETS_UNAVAILABLE"] as const)(
    "that needs what is out of reach (%s) is told to come back, and names what it was",
    async (code) => {
      const cause = Object.assign(new Error("at 10.0.0.1"), { name: "ThrottlingException" });
      const { answer, body, line } = await call(throwing(new UnavailableError(code, { cause })));
      expect([answer.statusCode, body.errCode, answer.headers["Retry-After"]]).toEqual([503, "SYSTEM_BUSY", "2"]);
      expect(line).toMatchObject({ level: "error", fields: { fault: code, cause: "ThrottlingException" } });
      expect(line?.fields).toHaveProperty("at", expect.stringMatching(/answer-faults\.test\.ts:\d+:\d+/));
    },
  );

  test("of a partner that cannot be looked up now is told to come back, and is no error of ours", async () => {
    const { answer, line } = await call(throwing(new UnavailableError("LOOK_UPS_EXHAUSTED")));
    expect([answer.statusCode, answer.headers["Retry-After"]]).toEqual([503, "1"]);
    expect(line).toMatchObject({ level: "warn", fields: { fault: "LOOK_UPS_EXHAUSTED", status: 503 } });
  });

  test("that fails in any other way is an internal error that tells nothing inner", async () => {
    const { answer, line } = await call(throwing(new TypeError("/secret/path")));
    expect([answer.statusCode, answer.headers["Retry-After"]]).toEqual([500, undefined]);
    expect(answer.body).not.toContain("secret");
    expect(line).toMatchObject({ level: "error", fields: { fault: "TypeError", errCode: "INTERNAL_ERROR" } });
  });
});

test("a fault is counted by its kind on the line that logs it, whatever status the client is told", async () => {
  const counted = async (error: unknown) => (await call(throwing(error))).line?.metrics;
  const unavailable = new UnavailableError("RECORD_UNAVAILABLE", { cause: new Error() });
  expect(await counted(new Error("broken"))).toEqual([{ name: "InternalFaults", value: 1 }]);
  expect(await counted(unavailable)).toEqual([{ name: "UnavailableFaults", value: 1 }]);
  expect(await counted(new Fault("upstream_timeout"))).toEqual([{ name: "UpstreamFaults", value: 1 }]);
  expect(await counted(new Fault("unauthenticated"))).toEqual([{ name: "RejectedRequests", value: 1 }]);
});
