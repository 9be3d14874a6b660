import * as z from "zod/mini";

const visible = (max: number) => z.string().check(z.regex(new RegExp(`^[\\x21-\\x7e]{1,${max}}$`)));

/** A partner signs with one key, and with either of two while it replaces one. */
export const maxAppKeys = 2;

/**
 * What a partner may be allowed beside asking about its merchants: to come in with a token, and to be told of trouble by
 * ChinaUMS's own statuses.
 */
export const allowances = ["token", "chinaums-statuses"] as const;
export type Allowance = (typeof allowances)[number];

/** The most that a share may be: the table's item of a partner takes 1000 writes a second. */
export const maxShare = { perSecond: 1_000, burst: 10_000 } as const;

/**
 * What a partner's secret holds: its name, the AppId and the keys that it signs with, its merchants, what else it is allowed,
 * and its share of the requests where that is another than the deployment's. An unknown word of a newer version is ignored.
 */
export const partnerSchema = z.object({
  partnerId: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)),
  appId: visible(128),
  appKeys: z.array(visible(128)).check(z.minLength(1), z.maxLength(maxAppKeys)),
  mids: z.array(z.string().check(z.regex(/^[0-9A-Za-z]{15}$/))),
  allow: z.optional(z.array(z.string())),
  share: z.optional(
    z.object({
      perSecond: z.int().check(z.minimum(1), z.maximum(maxShare.perSecond)),
      burst: z.int().check(z.minimum(1), z.maximum(maxShare.burst)),
    }),
  ),
});

export type Partner = z.infer<typeof partnerSchema>;

export function isAllowed(partner: Partner | undefined, allowance: Allowance): boolean {
  return partner?.allow?.includes(allowance) ?? false;
}
