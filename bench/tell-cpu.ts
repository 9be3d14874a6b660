const warmUp = 20_000;
const measured = 20_000;

export type TakenCpu = {
  /** CPU µs a call, when all of it has been compiled. */
  readonly hot: number;
  /** Wall µs of the 5th call. */
  readonly fifth: number;
};

/** Prints what a call takes that waits for nothing. */
export async function tellCpu(call: () => Promise<void>): Promise<void> {
  const cpuUs = () => process.cpuUsage().user + process.cpuUsage().system;
  for (let i = 0; i < 4; i++) await call();
  const fifthAt = performance.now();
  await call();
  const fifth = (performance.now() - fifthAt) * 1000;
  for (let i = 0; i < warmUp; i++) await call();
  const before = cpuUs();
  for (let i = 0; i < measured; i++) await call();
  const hot = (cpuUs() - before) / measured;
  process.stderr.write(JSON.stringify({ hot, fifth } satisfies TakenCpu));
}
