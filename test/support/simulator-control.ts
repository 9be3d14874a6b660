import type { AnswerStep } from "../../sandbox/simulator/answer-step.ts";
import type { Call } from "../../sandbox/simulator/received-calls.ts";

/** Scripts the answers about one refund, over HTTP as a partner would. */
export async function script(upstreamUrl: string, merOrderId: string, answers: AnswerStep[]): Promise<void> {
  const response = await fetch(`${upstreamUrl}/_control/refunds/${encodeURIComponent(merOrderId)}`, {
    method: "PUT",
    body: JSON.stringify({ answers }),
  });
  if (!response.ok) throw new Error(await response.text());
}

/** The calls that the simulator has received, about one refund or all. */
export async function callsOf(upstreamUrl: string, merOrderId?: string): Promise<Call[]> {
  const query = merOrderId === undefined ? "" : `?merOrderId=${encodeURIComponent(merOrderId)}`;
  const response = await fetch(`${upstreamUrl}/_control/calls${query}`);
  return ((await response.json()) as { calls: Call[] }).calls;
}

/** Forgets all scripts and calls, so that each number is answered by its prefix again. */
export async function forgetScripts(upstreamUrl: string): Promise<void> {
  await fetch(`${upstreamUrl}/_control`, { method: "DELETE" });
}

/** Says how long tokens last, in seconds, and how the token calls to come are answered. */
export async function controlTokens(upstreamUrl: string, told: { expiresIn?: number; answers?: AnswerStep[] }) {
  const response = await fetch(`${upstreamUrl}/_control/tokens`, { method: "PUT", body: JSON.stringify(told) });
  if (!response.ok) throw new Error(await response.text());
}

/** Makes every token that was issued so far worthless. */
export async function revokeTokens(upstreamUrl: string): Promise<void> {
  await fetch(`${upstreamUrl}/_control/tokens`, { method: "DELETE" });
}

/** The token calls that the simulator has received. */
export async function tokenCallsOf(upstreamUrl: string): Promise<Call[]> {
  return (await callsOf(upstreamUrl)).filter(({ path }) => path.endsWith("/token/access"));
}
