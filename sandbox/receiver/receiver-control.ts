import { readControlBody } from "../control-body.ts";
import { type AnswerStep, answerScriptSchema } from "./answer-step.ts";
import type { ReceivedDeliveries } from "./received-deliveries.ts";

export type ReceiverState = { readonly deliveries: ReceivedDeliveries; answers: AnswerStep[] };
export type ControlRequest = { readonly method: string; readonly url: URL; readonly body: Buffer };
export type ControlAnswer = { readonly status: number; readonly body: unknown };

/** Answers the requests under `/_control`: scripting answers, reading and forgetting deliveries. */
export function answerReceiverControl({ method, url, body }: ControlRequest, state: ReceiverState): ControlAnswer {
  switch (`${method} ${url.pathname}`) {
    case "GET /_control":
      return { status: 200, body: controlIndex };
    case "PUT /_control/receiver":
      return script(body, state);
    case "GET /_control/deliveries":
      return { status: 200, body: { deliveries: state.deliveries.list(url.searchParams.get("id")) } };
    case "DELETE /_control":
      state.answers = [];
      state.deliveries.forget();
      return { status: 200, body: { forgotten: true } };
    case "DELETE /_control/deliveries":
      state.deliveries.forget();
      return { status: 200, body: { forgotten: true } };
    default:
      return {
        status: 404,
        body: { error: `There is no ${method} ${url.pathname}. GET /_control lists what there is.` },
      };
  }
}

function script(body: Buffer, state: ReceiverState): ControlAnswer {
  const result = readControlBody(body, answerScriptSchema);
  if (result.wrong !== undefined) return { status: 400, body: result.wrong };
  state.answers = [...result.read.answers];
  return { status: 200, body: result.read };
}

const controlIndex = {
  "POST /": "a delivery; every path but /_control takes them",
  "PUT /_control/receiver": {
    body: { answers: [{ status: 500 }, { delayMs: 30_000 }, { reset: true }, { status: 410 }] },
    members: "status headers body bodyBytes delayMs reset".split(" "),
    rule: "one delivery consumes one step; after the last one every delivery is answered with 200",
  },
  "GET /_control/deliveries?id=": "the deliveries received, oldest first; all of them without id",
  "DELETE /_control/deliveries": "forgets the deliveries",
  "DELETE /_control": "forgets the deliveries and the script",
};
