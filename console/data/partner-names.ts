import type { Partner } from "../../shared/partner/partner.ts";
import { listPartners } from "../../tools/partner-secrets.ts";
import type { ConsoleDeps } from "../console-deps.ts";

/** Each secret is a call of Secrets Manager, so the names of partners are not asked for with every page. */
const keptMs = 30_000;

/** Names and merchants of the partners, as they were half a minute ago at most. */
export function createPartnerNames({ partners: where, now }: Pick<ConsoleDeps, "partners" | "now">) {
  let kept: { readonly at: number; readonly partners: Promise<readonly Partner[]> } | undefined;

  async function all(): Promise<readonly Partner[]> {
    if (kept === undefined || now() - kept.at > keptMs) kept = { at: now(), partners: listPartners(where) };
    try {
      return await kept.partners;
    } catch (error) {
      kept = undefined;
      throw error;
    }
  }

  return {
    ids: async () => (await all()).map(({ partnerId }) => partnerId),
    mids: async () => [...new Set((await all()).flatMap(({ mids }) => mids))],
  };
}
