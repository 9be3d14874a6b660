import { synthesizedTemplate } from "../../sandbox/stack/synthesized-template.ts";

/** Settings of the local runs that call ChinaUMS with an access token. */
export const withAccessToken = { upstreamAuth: "access-token" };

/** Synthesizes once, where a template is older than its sources, before several test files would each do it. */
export async function setup(): Promise<void> {
  await Promise.all([synthesizedTemplate(), synthesizedTemplate(withAccessToken)]);
}
