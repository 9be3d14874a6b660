import { expect, test } from "vitest";
import { createFindSigner } from "../../shared/partner/find-signer.ts";
import { maxAppKeys, type Partner } from "../../shared/partner/partner.ts";

const partner: Partner = { partnerId: "north-shop", appId: "app-1", appKeys: ["new", "old"], mids: [] };

test.each([
  ["two keys", partner],
  ["one key", { ...partner, appKeys: ["new"] }],
  ["another AppId", { ...partner, appId: "app-2" }],
  ["nobody", undefined],
])(
  "a bad proof is compared with as many keys as a partner may have, at each of the two look-ups: %s",
  async (_, known) => {
    let compared = 0;
    const findSigner = createFindSigner({
      directory: {
        find: async () => ({ partner: known, isNew: false }),
        findAnew: async () => known,
        remember: () => expect.fail("nobody has signed"),
      },
    });
    const found = await findSigner({
      appId: "app-1",
      wrong: "wrong_signature",
      isMadeWith: () => {
        compared++;
        return false;
      },
      isAllowed: () => true,
    });
    expect(found).toMatchObject({ kind: "nobody", partner: known });
    expect(compared).toBe(2 * maxAppKeys);
  },
);
