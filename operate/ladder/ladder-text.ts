import type { Ladder } from "../../shared/refund/recheck-ladder.ts";

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** A ladder in the form of the setting, such as `1m*5 5m 10m`. */
export function ladderText(ladder: Ladder): string {
  const words: { text: string; times: number }[] = [];
  for (const stepMs of ladder) {
    const text = waitText(stepMs);
    const last = words.at(-1);
    if (last?.text === text) last.times++;
    else words.push({ text, times: 1 });
  }
  return words.map(({ text, times }) => (times === 1 ? text : `${text}*${times}`)).join(" ");
}

/** One wait in the largest unit that says it exactly; days are left to waits of two days and more. */
export function waitText(ms: number): string {
  const [unit, size] = units.find(([name, one]) => ms % one === 0 && (name !== "d" || ms > one)) ?? ["s", 1_000];
  return `${Math.round(ms / size)}${unit}`;
}
