import middy from "@middy/core";
import type { Context } from "aws-lambda";
import type { Log } from "../telemetry/log.ts";
import { answerFaults } from "./answer-faults.ts";
import { type ApiRequest, readApiEvent } from "./api-event.ts";
import { Fault } from "./fault.ts";
import type { HttpAnswer } from "./http-answer.ts";
import { addLogFields, nameLogLine } from "./log-line.ts";

/** What a function answers at one path. */
export type Route = {
  /** The name of its lines in the log. */
  readonly event: string;
  readonly maxBodyBytes: number;
  /** @throws {Fault} and anything else, which is told as an internal error */
  readonly answer: (request: ApiRequest, context: Context) => Promise<HttpAnswer>;
};

export type ApiHandlerDeps = {
  /** By method and path, such as `POST /v1/netpay/refund-query`. */
  readonly routes: Readonly<Record<string, Route>>;
  readonly log: Log;
  readonly now: () => number;
};

/** The handler of a function behind the API. Every answer is one of its routes, or that of a fault; it never throws. */
export function createApiHandler(deps: ApiHandlerDeps) {
  const { log, now } = deps;
  const routes = new Map(Object.entries(deps.routes));

  async function answer(event: unknown, context: Context): Promise<HttpAnswer> {
    const request = readApiEvent(event, now() + context.getRemainingTimeInMillis());
    addLogFields(context, { requestId: request.requestId });
    const route = routes.get(request.routeKey);
    if (route === undefined) throw new Fault("no_service").as({ dialect: "chinaums" });
    nameLogLine(context, route.event);
    const { maxBodyBytes } = route;
    if (request.body.byteLength > maxBodyBytes) {
      throw new Fault("body_too_large", { detail: `The body may have at most ${maxBodyBytes / 1024} KiB.` });
    }
    return await route.answer(request, context);
  }

  return middy<unknown, HttpAnswer, Error, Context>({ timeoutEarlyInMillis: 0 })
    .use(answerFaults({ event: "api_request", log, now }))
    .handler(answer);
}
