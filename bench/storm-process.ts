import { createSender } from "./storm-sender.ts";
import type { Storm } from "./storm-senders.ts";

process.once("message", async ({ url, partner, perSecond, seconds, warmUpSeconds }: Storm) => {
  const sender = createSender(url, partner);
  await sender.send({ perSecond, seconds: warmUpSeconds });
  process.send?.(await sender.send({ perSecond, seconds }));
});
