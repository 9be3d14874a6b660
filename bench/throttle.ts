import { readdirSync, readFileSync } from "node:fs";

/** Lambda gives a function CPU in proportion to its memory, a whole one at this size. */
const wholeCpuMb = 1769;
/** Lambda hands CPU out in periods of about this length. */
const periodMs = 20;

/**
 * Holds a process to the share of a CPU that Lambda gives at `memoryMb`: it runs freely while it has used less than that share
 * of the time so far, no more than a period of it saved up, and is stopped (SIGSTOP) for as long as it has used more. Works
 * without rights that control groups would need, and is exact on average: what is used too much is waited off.
 */
export function throttle(pid: number, memoryMb: number): () => void {
  const share = memoryMb / wholeCpuMb;
  let budgetMs = periodMs * share;
  let used = cpuMsOf(pid);
  let at = performance.now();
  let stopped = false;
  const timer = setInterval(() => {
    const now = performance.now();
    const usedNow = cpuMsOf(pid);
    budgetMs = Math.min(budgetMs + (now - at) * share, periodMs * share) - (usedNow - used);
    [used, at] = [usedNow, now];
    if (stopped !== budgetMs <= 0) {
      stopped = budgetMs <= 0;
      process.kill(pid, stopped ? "SIGSTOP" : "SIGCONT");
    }
  }, 1);
  return () => clearInterval(timer);
}

/** CPU time of all threads of a process, to the nanosecond. */
function cpuMsOf(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return tasks.reduce((sum, task) => {
    const [ran = "0"] = readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ");
    return sum + Number(ran) / 1e6;
  }, 0);
}
