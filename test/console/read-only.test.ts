import { expect, test } from "vitest";
import { csrfOf } from "../../console/guard.ts";
import { token, useConsole } from "../support/console.ts";
import { claimedRefund, newIdentity, processing } from "../support/refunds.ts";

const console = useConsole({ isReadOnly: true });

test("a console that only shows has no form that changes anything, and refuses one that was made by hand", async () => {
  const refund = await console.put(claimedRefund({ ...newIdentity(), reading: processing }));
  const path = `/refunds/${refund.mid}/${refund.instMid}/${refund.merOrderId}`;
  for (const page of [path, "/partners", "/"]) {
    const { status, text } = await console.get(page);
    expect(status).toBe(200);
    expect(text).not.toContain('method="post"');
  }
  for (const action of [`${path}/check`, `${path}/note`, "/partners/add"]) {
    const { status } = await console.post(action, { csrf: csrfOf(token), id: "x", mids: "898310148160569", text: "x" });
    expect([action, status]).toEqual([action, 403]);
  }
  expect(console.changes).toEqual([]);
});
