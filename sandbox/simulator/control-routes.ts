import * as z from "zod";
import { readControlBody } from "../control-body.ts";
import { answerScriptSchema, answerStepSchema } from "./answer-step.ts";
import type { Platform } from "./platform.ts";
import type { ReceivedRequest } from "./received-request.ts";
import { jsonReply, type Reply } from "./reply.ts";
import { scenarios } from "./scenarios.ts";

const refundsPath = "/_control/refunds/";
const credentialsSchema = z.strictObject({ appId: z.string().min(1), appKeys: z.array(z.string().min(1)).min(1) });
const tokensSchema = z.strictObject({
  expiresIn: z.int().min(1).max(86_400).optional(),
  answers: z.array(answerStepSchema).optional(),
});

/**
 * Answers the requests under `/_control`, which the real platform does not have: scripting answers, reading the calls,
 * replacing the accepted credentials, revoking tokens. They are not signed, because only programs on this machine are served.
 */
export function answerControl(request: ReceivedRequest, platform: Platform): Reply {
  const { method, path, search, body } = request;
  const merOrderId = path.startsWith(refundsPath) ? decode(path.slice(refundsPath.length)) : "";
  if (merOrderId === null) return jsonReply(400, { error: "The order number in the path is not URL-encoded." });
  if (method === "PUT" && merOrderId !== "") {
    return withBody(body, answerScriptSchema, ({ answers }) => {
      platform.answers.script(merOrderId, answers);
      return { merOrderId, answers };
    });
  }
  switch (`${method} ${path}`) {
    case "GET /_control":
      return jsonReply(200, controlIndex);
    case "DELETE /_control":
      platform.answers.forget();
      platform.calls.forget();
      platform.tokens.script({});
      return jsonReply(200, { forgotten: true });
    case "GET /_control/calls":
      return jsonReply(200, { calls: platform.calls.list(new URLSearchParams(search).get("merOrderId")) });
    case "PUT /_control/credentials":
      return withBody(body, credentialsSchema, (credentials) => {
        platform.credentials = credentials;
        return { appId: credentials.appId, appKeys: credentials.appKeys.length };
      });
    case "GET /_control/tokens":
      return jsonReply(200, { valid: platform.tokens.countValid(platform.credentials.appId, platform.now()) });
    case "PUT /_control/tokens":
      return withBody(body, tokensSchema, (script) => {
        platform.tokens.script(script);
        return script;
      });
    case "DELETE /_control/tokens":
      platform.tokens.revokeAll();
      return jsonReply(200, { revoked: true });
    default:
      return jsonReply(404, { error: `There is no ${method} ${path}. GET /_control lists what there is.` });
  }
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function withBody<Read>(body: Buffer, schema: z.ZodType<Read>, use: (read: Read) => unknown): Reply {
  const result = readControlBody(body, schema);
  return result.wrong === undefined ? jsonReply(200, use(result.read)) : jsonReply(400, result.wrong);
}

const controlIndex = {
  "POST /v1/netpay/refund-query": "the platform's own call, signed or with an access token",
  "POST /v1/token/access": "the platform's token call, signed; /v2/token/access is the same",
  "PUT /_control/refunds/{merOrderId}": {
    body: { answers: [{ refundStatus: "PROCESSING" }, { errCode: "NO_ORDER" }, { delayMs: 30_000 }, { reset: true }] },
    members: "refundStatus errCode errMsg errInfo dialect httpStatus body raw fields delayMs reset".split(" "),
    rule: "one verified call consumes one step, the last one repeats",
  },
  "GET /_control/calls?merOrderId=": "the calls received, oldest first; all of them without merOrderId",
  "DELETE /_control": "forgets all scripts and calls; tokens stay valid",
  "PUT /_control/credentials": { body: { appId: "…", appKeys: ["…"] } },
  "PUT /_control/tokens": {
    body: { expiresIn: 3_600, answers: [{ reset: true }, { delayMs: 30_000 }, { raw: "<html>" }, {}] },
    rule: "seconds that tokens last from now on; one signed token call consumes one step, {} is a token, the last one repeats",
  },
  "GET /_control/tokens": "how many tokens are valid, of at most 10",
  "DELETE /_control/tokens": "revokes all tokens",
  scenarios,
};
