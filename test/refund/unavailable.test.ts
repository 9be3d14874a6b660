import { expect, test } from "vitest";
import { UnavailableError } from "../../shared/refund/unavailable.ts";

test("an error says what is unavailable, by a code for the log and a sentence for whoever reads the stack", () => {
  const cause = new Error("denied");
  const codes = ["RECORD_UNAVAILABLE", "RECORD_UNREADABLE", "SECRETS_UNAVAILABLE", "LOOK_UPS_EXHAUSTED"] as const;
  const errors = codes.map((code) => new UnavailableError(code, { cause }));
  expect(errors.map(({ code }) => code)).toEqual(codes);
  for (const { name, cause: why } of errors) expect([name, why]).toEqual(["UnavailableError", cause]);
  expect(errors.map(({ message }) => message)).toEqual([
    "the store of refunds is unavailable",
    "a stored record cannot be read",
    "the secrets are unavailable",
    "no more look-ups of unknown AppIds in this second",
  ]);
});
