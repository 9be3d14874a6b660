import type { KeyPair } from "../shared/chinaums/auth/key-pair.ts";
import type { Partner } from "../shared/partner/partner.ts";

// Known to everybody, so that the tests of a partner can be written once. They open nothing but a machine's own local run.

/** The platform's pair of a new local run, which the simulator accepts. */
export const sandboxPlatform: KeyPair = {
  appId: "10000000000000000000000000000001",
  appKey: "20000000000000000000000000000001",
};

/** The first partners of a new local run, with merchants that the official samples use, so that a request copied from there works. */
export const sandboxPartners: readonly Partner[] = [
  {
    partnerId: "north-shop",
    appId: "30000000000000000000000000000001",
    appKeys: ["40000000000000000000000000000001"],
    mids: ["898310148160568", "898310148160569"],
  },
  {
    partnerId: "south-shop",
    appId: "30000000000000000000000000000002",
    appKeys: ["40000000000000000000000000000002"],
    mids: ["898440148160571"],
  },
];
