// The charts of the overview.

import uPlot from "/assets/uplot.js";

const height = 200;

/** Draws the chart that the element's data describe, in the colours of the page. */
export function drawChart(element) {
  const { kind, language, times, zone, lines } = JSON.parse(element.dataset.chart);
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => {
    const probe = document.createElement("i");
    probe.style.color = `var(${name})`;
    element.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
  const [quiet, line, accent, good] = ["--quiet", "--line", "--accent", "--good"].map(colour);
  const strokes = [accent, good];
  const format = new Intl.DateTimeFormat(language, {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });
  const axis = { stroke: quiet, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  const paths = kind === "bars" ? { paths: uPlot.paths.bars({ size: [0.7, 24] }) } : { spanGaps: true };
  element.replaceChildren();
  new uPlot(
    {
      width: Math.max(element.clientWidth, 240),
      height,
      font: style.fontFamily,
      axes: [
        { ...axis, values: (_, ticks) => ticks.map((at) => format.format(at * 1000)) },
        { ...axis, size: 50 },
      ],
      scales: { y: { range: (_, __, max) => [0, Math.max(max * 1.1, 1)] } },
      legend: { live: false },
      cursor: { show: false },
      series: [
        {},
        ...lines.map(({ name }, i) => ({
          label: name,
          stroke: strokes[i],
          width: 2,
          ...(kind === "bars" && { fill: strokes[i] }),
          points: { show: kind === "lines", size: 5 },
          ...paths,
        })),
      ],
    },
    [times, ...lines.map(({ values }) => values)],
    element,
  );
}
