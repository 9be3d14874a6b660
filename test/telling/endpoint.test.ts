import { expect, test } from "vitest";
import { afterFailure } from "../../shared/telling/endpoint.ts";
import { dayMs, start } from "../support/refunds.ts";

const webhook = { partnerId: "north-shop", configId: "a" };
const failing = { ...webhook, failingSince: start, disabledAt: undefined };

test("a first failure is remembered as the beginning of the row", () => {
  expect(afterFailure(undefined, webhook, start, false)).toEqual(failing);
});

test("a row of failures ends the webhook after five days, not before", () => {
  expect(afterFailure(failing, webhook, start + 5 * dayMs - 1, false)).toEqual(failing);
  const end = start + 5 * dayMs;
  expect(afterFailure(failing, webhook, end, false)).toEqual({ ...failing, disabledAt: end });
});

test("a receiver that wants no more ends it at once", () => {
  expect(afterFailure(undefined, webhook, start, true)).toEqual({ ...failing, disabledAt: start });
  expect(afterFailure(failing, webhook, start + 1, true)).toEqual({ ...failing, disabledAt: start + 1 });
});

test("the instant of the end stays", () => {
  const ended = { ...failing, disabledAt: start + 1 };
  expect(afterFailure(ended, webhook, start + dayMs, true)).toEqual(ended);
});

test("what an earlier webhook of the partner has suffered is not held against this one", () => {
  const earlier = { ...failing, configId: "earlier", disabledAt: start };
  const now = start + 9 * dayMs;
  expect(afterFailure(earlier, webhook, now, false)).toEqual({ ...failing, failingSince: now });
});
