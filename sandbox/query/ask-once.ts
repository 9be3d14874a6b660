import type { SignedRequest } from "../../client/signed-request.ts";

/** An answer of any status, whoever has given it. */
export type PartnerAnswer = {
  readonly status: number;
  /** The answer if it is a JSON object, else undefined. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly text: string;
};

/** Longer than the service takes for its longest answer, in ms. */
const timeoutMs = 40_000;

/** Sends a request once. The answer is given as it is, so none is tried again. @throws an Error with a sentence if none comes */
export async function askOnce({ url, headers, body }: SignedRequest): Promise<PartnerAnswer> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { method: "POST", headers, body, signal, redirect: "manual" });
    const text = await response.text();
    return { status: response.status, body: jsonObject(text), text };
  } catch (cause) {
    throw new Error(`no answer from ${new URL(url).origin}: ${deepestMessage(cause)}`, { cause });
  }
}

function jsonObject(text: string): PartnerAnswer["body"] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** `fetch failed` says nothing, but its cause does. */
function deepestMessage(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message : message;
}
