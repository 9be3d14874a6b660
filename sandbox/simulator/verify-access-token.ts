import type { Platform } from "./platform.ts";
import type { Verification } from "./verify-body-signature.ts";

/**
 * Checks an `OPEN-ACCESS-TOKEN` Authorization header: a token that was issued for the AppId and has neither expired nor been
 * pushed out nor revoked. The values may be quoted or bare, and the AppId may be missing, as clients send both.
 */
export function verifyAccessToken(
  authorization: string,
  { tokens, credentials }: Platform,
  nowMs: number,
): Verification {
  const { AccessToken, AppId = credentials.appId } = readParameters(authorization);
  if (AccessToken === undefined) return refused("the header does not hold an AccessToken that can be read");
  if (AppId !== credentials.appId) return refused("the AppId is unknown");
  if (!tokens.isValid(AccessToken, AppId, nowMs)) return refused("the AccessToken is not valid, or not any more");
  return { verified: true };
}

function refused(reason: string): Verification {
  return { verified: false, reason, errInfo: "认证失败" };
}

/** The parameters after the scheme. A header that cannot be read to its end, or repeats a name, gives none. */
function readParameters(authorization: string): Partial<Record<string, string>> {
  const found: Record<string, string> = {};
  const parameter = /\s*([A-Za-z]+)\s*=\s*(?:"([^"]*)"|([^\s",]+))\s*(,|$)/y;
  parameter.lastIndex = /^\s*\S+/.exec(authorization)?.[0].length ?? 0;
  for (;;) {
    const [, name, quoted, bare, end] = parameter.exec(authorization) ?? [];
    const value = quoted ?? bare;
    if (name === undefined || value === undefined || name in found) return {};
    found[name] = value;
    if (end === "") return found;
  }
}
