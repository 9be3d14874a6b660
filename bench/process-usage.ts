import { readFileSync } from "node:fs";

/** What Linux has counted for a process so far: CPU time in ms, and the most memory that it has ever had, in MB. */
export function usageOf(pid: number): { cpuMs: number; maxMb: number; mb: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const mb = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024;
  // utime and stime, in ticks of 10 ms.
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * 10, maxMb: mb("VmHWM"), mb: mb("VmRSS") };
}
