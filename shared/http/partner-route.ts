import type { Context } from "aws-lambda";
import type { AuthenticatePartner } from "../partner/authenticate-partner.ts";
import { isAllowed, type Partner } from "../partner/partner.ts";
import type { PartnerShares } from "../partner/partner-shares.ts";
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
  readonly partnerShares: PartnerShares;
  readonly answer: (request: PartnerRequest, context: Context) => Promise<HttpAnswer>;
};

/**
 * A route for partners alone: each request is authenticated first and taken from its partner's share, and faults are told as
 * the partner wants them.
 */
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
        return await withinShare(deps.partnerShares, partner, () => deps.answer({ ...request, partner }, context));
      } catch (error) {
        throw faultOfError(error).as(formFor(partner));
      }
    },
  };
}

function formFor(partner: Partner | undefined): Partial<FaultForm> {
  return { dialect: isAllowed(partner, "chinaums-statuses") ? "chinaums" : "http" };
}

/** Answers a request that is within its partner's share. @throws {Fault} when the share is spent, and what `answer` throws */
export async function withinShare<T>(shares: PartnerShares, partner: Partner, answer: () => Promise<T>): Promise<T> {
  const taken = shares.take(partner);
  if (taken.kind === "spent") throw new Fault("share_spent", { retryAfterMs: taken.waitMs });
  try {
    return await answer();
  } finally {
    // After the answer Lambda would stop the instance in the middle of it.
    await taken.told;
  }
}
