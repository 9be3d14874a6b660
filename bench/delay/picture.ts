import { fitted, type Tried, type TriedMix, today } from "./try-mix.ts";

const panel = { width: 400, height: 300, left: 62, top: 36, right: 28, bottom: 44 } as const;
const minuteMs = 60_000;
/** The axes are logarithmic: questions a refund, and minutes. */
const questions = { least: 1, most: 10_000, ticks: [1, 10, 100, 1_000, 10_000] } as const;
const minutes = { least: 0.1, most: 100_000, ticks: [0.1, 1, 10, 100, 1_000, 10_000, 100_000] } as const;
const tickTexts: Readonly<Record<number, string>> = {
  0.1: "6 s",
  1: "1 min",
  10: "10 min",
  100: "1.7 h",
  1000: "17 h",
  10000: "7 d",
  100000: "70 d",
};
const ours: Readonly<Record<string, string>> = { [today]: "#b45309", [fitted]: "#15803d" };
const peerColour = "#64748b";

/** Mean delay over questions a refund, a panel for each mix: further down and further left is better. */
export function drawPicture(tried: readonly TriedMix[]): string {
  const columns = Math.min(2, tried.length);
  const [width, height] = [columns * panel.width, Math.ceil(tried.length / columns) * panel.height];
  const panels = tried.map((one, i) => {
    const at = `translate(${(i % columns) * panel.width} ${Math.floor(i / columns) * panel.height})`;
    return `<g transform="${at}">${drawPanel(one)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    "<title>Mean delay over questions a refund, by mix</title>",
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...panels,
    "</svg>\n",
  ].join("\n");
}

function drawPanel({ mix, tried }: TriedMix): string {
  const points = tried.filter(({ faults }) => faults === 0);
  const bottom = panel.height - panel.bottom;
  const right = panel.width - panel.right;
  return [
    `<text x="${panel.left}" y="20" font-size="13" font-weight="bold">${mix.name}</text>`,
    ...questions.ticks.map((tick) => {
      const x = xOf(tick);
      const label = `<text x="${x}" y="${bottom + 15}" text-anchor="middle">${tick.toLocaleString("en")}</text>`;
      return `<path d="M${x} ${panel.top}V${bottom}" stroke="#e2e8f0"/>${label}`;
    }),
    ...minutes.ticks.map((tick) => {
      const y = yOf(tick);
      const label = `<text x="${panel.left - 6}" y="${y + 4}" text-anchor="end">${tickTexts[tick]}</text>`;
      return `<path d="M${panel.left} ${y}H${right}" stroke="#e2e8f0"/>${label}`;
    }),
    `<text x="${(panel.left + right) / 2}" y="${panel.height - 10}" text-anchor="middle">questions a refund</text>`,
    ...points.map(drawPoint),
  ].join("\n");
}

function drawPoint({ schedule, stats }: Tried): string {
  const [x, y] = [xOf(stats.questions), yOf(stats.mean / minuteMs)];
  const colour = ours[schedule] ?? peerColour;
  // Beside the point where there is room, and below it where a neighbour's text would be in the way.
  const isLeft = schedule === today || x > panel.width - 75;
  const down = schedule === fitted ? 20 : schedule === "every 5 min" ? 9 : 4;
  const text = `x="${x + (isLeft ? -8 : 8)}" y="${y + down}" text-anchor="${isLeft ? "end" : "start"}"`;
  return `<circle cx="${x}" cy="${y}" r="4.5" fill="${colour}"/><text ${text} fill="${colour}">${schedule}</text>`;
}

function xOf(value: number): number {
  return place(value, questions, panel.left, panel.width - panel.right);
}

function yOf(value: number): number {
  return place(value, minutes, panel.height - panel.bottom, panel.top);
}

function place(value: number, { least, most }: { least: number; most: number }, from: number, to: number): number {
  const part = Math.log(Math.max(value, least) / least) / Math.log(most / least);
  return Number((from + (to - from) * part).toFixed(1));
}
