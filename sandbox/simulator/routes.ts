import { answerControl } from "./control-routes.ts";
import type { Platform } from "./platform.ts";
import type { ReceivedRequest } from "./received-request.ts";
import { answerRefundQuery } from "./refund-query-route.ts";
import { jsonReply, type Reply } from "./reply.ts";
import { answerToken } from "./token-route.ts";

/** The platform's own calls. */
const routes = new Map([
  ["POST /v1/netpay/refund-query", answerRefundQuery],
  ["POST /v1/token/access", answerToken],
  ["POST /v2/token/access", answerToken],
]);

/** Answers a request: the control interface, a call of the platform, or 404, which is recorded as a call too. */
export function answerRequest(request: ReceivedRequest, platform: Platform): Reply {
  if (request.path === "/_control" || request.path.startsWith("/_control/")) return answerControl(request, platform);
  const route = routes.get(`${request.method} ${request.path}`);
  if (route !== undefined) return route(request, platform);
  const reason = `there is no ${request.method} ${request.path}`;
  platform.calls.record(request, platform.now(), { merOrderId: null, verified: false, reason });
  return jsonReply(404, { status: 404, error: "Not Found", path: request.path });
}
