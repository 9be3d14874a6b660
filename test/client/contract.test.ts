import { expect, test } from "vitest";
import type { RefundQuestion } from "../../client/contract.ts";
import { signQuery } from "../../client/signed-query.ts";
import { readRefundQueryRequest } from "../../functions/refund-query/contract/request.ts";

/** Every member that a question may have. A member that is added to the type, or taken from it, does not compile here. */
const question: Required<Extract<RefundQuestion, { instMid: string }>> = {
  merOrderId: "REFUND-0001",
  mid: "898310148160568",
  tid: "88880001",
  instMid: "APPDEFAULT",
  systemId: undefined,
  msgId: "m-1",
  srcReserve: "备注",
};

test("a question with every member is a request that the service reads whole", () => {
  const { body } = signQuery(
    { baseUrl: "", credentials: { appId: "a", appKey: "k" }, question },
    { now: 0, nonce: "n" },
  );
  const read = readRefundQueryRequest(Buffer.from(body));
  expect(read).toMatchObject({ request: JSON.parse(JSON.stringify({ ...question })) });
});
