import { synthesizedTemplate } from "../../sandbox/stack/synthesized-template.ts";

/** Synthesizes once, where the template is older than its sources, before several test files would each do it. */
export async function setup(): Promise<void> {
  await synthesizedTemplate();
}
