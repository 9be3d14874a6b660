import { createHash, createHmac, randomBytes } from "node:crypto";

export type Pair = { readonly appId: string; readonly appKey: string };
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: PartnerAnswer };
export type PartnerAnswer = Record<string, unknown> & {
  errCode?: string;
  errMsg?: string;
  refundStatus?: string;
  errors?: { field: string; message: string }[];
  recheck?: {
    state: string;
    final: boolean;
    checkedAt: string | null;
    nextCheckAt: string | null;
    attempts: number;
    source: string;
  };
};

/** Beijing wall time by the ICU of the platform, which the project's own code does not use. */
export function beijingTime(epochMs: number): string {
  return new Intl.DateTimeFormat("sv-SE", {
    timeZone: "Asia/Shanghai",
    dateStyle: "short",
    timeStyle: "medium",
  }).format(epochMs);
}

/** An Authorization header by the rule of the page, written anew here so that a mistake in the project's own cannot hide. */
export function authorization(pair: Pair, body: string | Buffer, epochMs = Date.now(), separator = ","): string {
  const timestamp = beijingTime(epochMs).replace(/\D/g, "");
  const nonce = randomBytes(16).toString("hex");
  const bodyHash = createHash("sha256").update(body).digest("hex");
  const signature = createHmac("sha256", pair.appKey)
    .update(pair.appId + timestamp + nonce + bodyHash)
    .digest("base64");
  return `OPEN-BODY-SIG ${[
    `AppId="${pair.appId}"`,
    `Timestamp="${timestamp}"`,
    `Nonce="${nonce}"`,
    `Signature="${signature}"`,
  ].join(separator)}`;
}

/** Posts exactly these bytes to the partner's endpoint. */
export async function post(url: string, body: string | Buffer, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(`${url}/v1/netpay/refund-query`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: new Uint8Array(Buffer.from(body)),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(text) as PartnerAnswer };
}

/** A partner that asks about refunds of its first merchant. */
export function createPartner(url: string, pair: Pair, mid: string) {
  const request = (members: Record<string, unknown>) => ({
    requestTimestamp: beijingTime(Date.now()),
    instMid: "APPDEFAULT",
    mid,
    tid: "88880001",
    ...members,
  });
  return {
    pair,
    mid,
    request,
    ask(
      merOrderId: string,
      members: Record<string, unknown> = {},
      headers: Record<string, string> = {},
    ): Promise<Answer> {
      const body = JSON.stringify(request({ merOrderId, ...members }));
      return post(url, body, { Authorization: authorization(pair, body), ...headers });
    },
  };
}

let count = 0;
/** A refund number that nobody has asked about; one of the simulator's prefixes gives its outcome. */
export function newOrder(prefix = "T-"): string {
  return `${prefix}${Date.now().toString(36)}-${process.pid}-${++count}`;
}
