import { fork } from "node:child_process";
import { join } from "node:path";
import type { Ready } from "../tools/ready.ts";
import type { Sent } from "./storm-sender.ts";

export type Storm = {
  readonly url: string;
  readonly partner: Ready["partners"][number];
  readonly perSecond: number;
  readonly seconds: number;
  /** So long it sends before its times count. */
  readonly warmUpSeconds: number;
};

/** Sends from a process of its own, because a partner does not share the event loop of the service or of another partner. */
export async function sendFromAProcess(storm: Storm): Promise<Sent> {
  const sender = fork(join(import.meta.dirname, "storm-process.ts"));
  try {
    return await new Promise<Sent>((resolve, reject) => {
      sender.once("message", resolve);
      sender.once("exit", (code) => reject(new Error(`a sender ended with ${code}`)));
      sender.send(storm);
    });
  } finally {
    sender.kill();
  }
}
