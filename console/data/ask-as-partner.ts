import { randomBytes } from "node:crypto";
import { signQuery } from "../../client/signed-query.ts";
import type { SignedRequest } from "../../client/signed-request.ts";
import type { Ready } from "../../tools/ready.ts";

/** What the page asks with. */
export type Asking = {
  readonly partnerId: string;
  readonly merOrderId: string;
  readonly mid: string;
  readonly tid: string;
  readonly instMid: string;
};

/** A request and what came of it, byte for byte as far as HTTP shows it. */
export type Exchange = {
  readonly request: SignedRequest;
  readonly answer: { readonly status: number; readonly headers: readonly string[]; readonly body: string } | undefined;
  /** Why no answer came, as the name of an error. */
  readonly trouble: string | undefined;
};

/** Longer than the service itself takes, whatever ChinaUMS does. */
const timeoutMs = 35_000;

/** Signs a query with the partner's pair and sends it to the local run. */
export async function askAsPartner(
  localRun: Pick<Ready, "url" | "partners">,
  asking: Asking,
  now: number,
): Promise<Exchange> {
  const { partnerId, ...question } = asking;
  const partner = localRun.partners.find((one) => one.partnerId === partnerId) ?? localRun.partners[0];
  const credentials = { appId: partner?.appId ?? "", appKey: partner?.appKey ?? "" };
  const moment = { now, nonce: randomBytes(16).toString("hex") };
  const request = signQuery({ baseUrl: localRun.url, credentials, question }, moment);
  try {
    const response = await fetch(request.url, {
      method: "POST",
      headers: request.headers,
      body: request.body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`);
    return { request, answer: { status: response.status, headers, body: await response.text() }, trouble: undefined };
  } catch (error) {
    return { request, answer: undefined, trouble: error instanceof Error ? error.name : "Error" };
  }
}
