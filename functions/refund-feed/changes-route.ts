import type { Context } from "aws-lambda";
import type { Route } from "../../shared/http/api-handler.ts";
import { Fault } from "../../shared/http/fault.ts";
import { type HttpAnswer, jsonAnswer } from "../../shared/http/http-answer.ts";
import { addLogFields } from "../../shared/http/log-line.ts";
import { createPartnerRoute, type PartnerRequest, type PartnerRouteDeps } from "../../shared/http/partner-route.ts";
import { eventId } from "../../shared/telling/refund-event.ts";
import { type ChangesRequest, readChangesRequest } from "./changes-request.ts";
import { writeCursor } from "./cursor.ts";
import type { Changes, Reader } from "./read-changes.ts";

export type ChangesRouteDeps = Pick<PartnerRouteDeps, "authenticatePartner" | "partnerShares"> & {
  readonly readChanges: (reader: Reader, request: ChangesRequest, endsAt: number) => Promise<Changes>;
};

const maxBodyBytes = 4 * 1024;

/** The feed of a partner: the events of its refunds, oldest first, page by page. */
export function createChangesRoute({ authenticatePartner, partnerShares, readChanges }: ChangesRouteDeps): Route {
  async function answer({ body, partner, endsAt }: PartnerRequest, context: Context): Promise<HttpAnswer> {
    const request = readChangesRequest(body);
    if ("wrong" in request) {
      addLogFields(context, { wrongFields: request.wrong.map(({ field }) => field).join(",") });
      throw new Fault("bad_request", { errors: request.wrong });
    }
    const { events, place } = await readChanges(partner, request, endsAt);
    addLogFields(context, { events: events.length });
    return jsonAnswer({
      events: events.map((event) => ({ id: eventId(event), ...(JSON.parse(event.body) as object) })),
      cursor: writeCursor(place),
    });
  }

  return createPartnerRoute({ event: "refund_changes", maxBodyBytes, authenticatePartner, partnerShares, answer });
}
