import * as z from "zod/mini";

const visible = (max: number) => z.string().check(z.regex(new RegExp(`^[\\x21-\\x7e]{1,${max}}$`)));

/** What a partner's secret holds: who it is, the keys it may sign with (two while one is being replaced), its merchants. */
export const partnerSchema = z.object({
  partnerId: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)),
  appId: visible(128),
  appKeys: z.array(visible(128)).check(z.minLength(1), z.maxLength(2)),
  mids: z.array(z.string().check(z.regex(/^[0-9A-Za-z]{15}$/))),
});

export type Partner = z.infer<typeof partnerSchema>;

/** Finds partners by the AppId they sign with. */
export interface PartnerDirectory {
  /** @throws when it cannot be told whether there is such a partner */
  find(appId: string): Promise<Partner | undefined>;
  /** As `find`, but what is known from a while ago is not good enough: a key may have been replaced meanwhile. */
  findAnew(appId: string): Promise<Partner | undefined>;
}
