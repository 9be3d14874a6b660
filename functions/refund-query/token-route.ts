import type { Route } from "../../shared/http/api-handler.ts";
import { Fault } from "../../shared/http/fault.ts";
import { faultOfError } from "../../shared/http/fault-of-error.ts";
import { jsonAnswer } from "../../shared/http/http-answer.ts";
import { readJsonBody } from "../../shared/http/json-body.ts";
import { addLogFields } from "../../shared/http/log-line.ts";
import { withinShare } from "../../shared/http/partner-route.ts";
import type { IssueToken } from "../../shared/partner/issue-token.ts";
import type { PartnerShares } from "../../shared/partner/partner-shares.ts";

export type TokenRouteDeps = { readonly issueToken: IssueToken; readonly partnerShares: PartnerShares };

/**
 * The token call of partners, as ChinaUMS's SDKs make it. Whatever is wrong with it is told as ChinaUMS tells it, because
 * the SDKs know nothing else.
 */
export function createTokenRoute({ issueToken, partnerShares }: TokenRouteDeps): Route {
  return {
    event: "partner_token",
    maxBodyBytes: 16 * 1024,
    async answer({ body }, context) {
      const sent = readJsonBody(body);
      const issued = await issueToken("json" in sent ? sent.json : undefined);
      if (issued.kind === "refused") {
        addLogFields(context, { refused: issued.because });
        throw new Fault("unauthenticated").as({ dialect: "chinaums" });
      }
      const { partner, accessToken, expiresIn } = issued;
      addLogFields(context, { partner: partner.partnerId });
      try {
        return await withinShare(partnerShares, partner, async () =>
          jsonAnswer({ errCode: "0000", errInfo: "正常", accessToken, expiresIn }),
        );
      } catch (error) {
        throw faultOfError(error).as({ dialect: "chinaums" });
      }
    },
  };
}
