import { expect, test } from "vitest";
import { readCursor, writeCursor } from "../../../functions/refund-feed/cursor.ts";

test.each([
  { page: 1, index: 0 },
  { page: 4_000_000_000, index: 39 },
])("%j is read back as it was written", (place) => {
  expect(readCursor(writeCursor(place))).toEqual(place);
});

test.each([
  "",
  "v1",
  "v1.0.0",
  "v1.1",
  "v1.1.-1",
  "v1.01.0",
  "v2.1.0",
  "v1.1.1000",
  "v1.1.0 ",
  "V1.1.0",
  "v1.99999999999.0",
])("%j is no cursor", (text) => {
  expect(readCursor(text)).toBeUndefined();
});

test("a cursor that a partner keeps today is read for ever", () => {
  expect(readCursor("v1.17.3")).toEqual({ page: 17, index: 3 });
});
