/** CPU µs of a call once it is hot, and wall µs of the 5th call. */
export type CpuPerCall = { readonly hot: number; readonly fifth: number };

const calls = 20_000;

/** What one call takes that answers 200, after as many calls as are measured. @throws an Error for another answer */
export async function cpuPerCall(ask: () => Promise<{ statusCode: number; body: string }>): Promise<CpuPerCall> {
  const call = async () => {
    const { statusCode, body } = await ask();
    if (statusCode !== 200) throw new Error(`${statusCode}: ${body}`);
  };
  const usedUs = () => process.cpuUsage().user + process.cpuUsage().system;

  for (let i = 0; i < 4; i++) await call();
  const fifthAt = performance.now();
  await call();
  const fifth = (performance.now() - fifthAt) * 1000;
  for (let i = 0; i < calls; i++) await call();
  const before = usedUs();
  for (let i = 0; i < calls; i++) await call();
  return { hot: (usedUs() - before) / calls, fifth };
}
