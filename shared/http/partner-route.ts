import type { Context } from "aws-lambda";
import type { AuthenticatePartner } from "../partner/authenticate-partner.ts";
import { isAllowed, type Partner } from "../partner/partner.ts";
import type { ApiRequest } from "./api-event.ts";
import type { Route } from "./api-handler.ts";
import { Fault, type FaultForm } from "./fault.ts";
import { faultOfError } from "./fault-of-error.ts";
import type { HttpAnswer } from "./http-answer.ts";
import { addLogFields } from "./log-line.ts";

/** A request whose sender is known. */
export type PartnerRequest = ApiRequest & { readonly partner: Partner };

export type PartnerRouteDeps = Omit<Route, "answer"> & {
  readonly authenticatePartner: AuthenticatePartner;
  readonly answer: (request: PartnerRequest, context: Context) => Promise<HttpAnswer>;
};

/** A route for partners alone: each request is authenticated first, and faults are told as its partner wants them. */
export function createPartnerRoute(deps: PartnerRouteDeps): Route {
  return {
    event: deps.event,
    maxBodyBytes: deps.maxBodyBytes,
    async answer(request, context) {
      const authentication = await deps.authenticatePartner(request.headers.authorization, request.body);
      if (authentication.kind === "refused") {
        addLogFields(context, { refused: authentication.because });
        throw new Fault("unauthenticated").as(formFor(authentication.partner));
      }
      const { partner } = authentication;
      addLogFields(context, { partner: partner.partnerId });
      try {
        return await deps.answer({ ...request, partner }, context);
      } catch (error) {
        throw faultOfError(error).as(formFor(partner));
      }
    },
  };
}

function formFor(partner: Partner | undefined): Partial<FaultForm> {
  return { dialect: isAllowed(partner, "chinaums-statuses") ? "chinaums" : "http" };
}
