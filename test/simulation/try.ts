import { runHistory } from "./history.ts";

const [, , seed = "1", refunds = "20", days = "20", count = "1"] = process.argv;
for (let s = Number(seed); s < Number(seed) + Number(count); s++) {
  const t = performance.now();
  const r = await runHistory({ seed: s, refunds: Number(refunds), days: Number(days), faults: 0.05 });
  console.log(
    s,
    r.trace.slice(0, 12),
    r.simulatedDays.toFixed(1),
    r.final,
    Math.round(performance.now() - t),
    "ms",
    r.violations[0]?.rule ?? "ok",
  );
  if (count === "1") console.log(r.counts, r.kinds.join(" "));
  if (r.violations.length > 0) {
    if (count === "1") console.log(r.lastSteps.slice(-25).join("\n"));
    console.log(r.violations[0]?.what.slice(0, 1500));
  }
}
