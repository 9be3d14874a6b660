// What the pages do beyond showing: parts that are loaded again, text that is copied, charts.

const live = Number(document.body.dataset.live);

/** Draws the charts of a part. The chart library is loaded only where there is one. */
async function drawCharts(root) {
  const charts = root.querySelectorAll("[data-chart]");
  if (charts.length === 0) return;
  const { drawChart } = await import("/assets/charts.js");
  for (const chart of charts) drawChart(chart);
}

/** What stands open in a part stays open when the part is replaced. */
function keepOpen(before, after) {
  const opened = before.querySelectorAll("details");
  for (const [i, details] of after.querySelectorAll("details").entries()) if (opened[i]?.open) details.open = true;
}

/** True while somebody is working in a part, or has typed something there. */
function isInUse(part) {
  const typed = [...part.querySelectorAll("input, textarea")].some((field) => field.value !== field.defaultValue);
  return typed || part.contains(document.activeElement);
}

/** A page that cannot be loaded again must not look as if it were up to date. */
const sign = document.getElementById("live");
const liveText = sign?.textContent;
function showLive(isLive) {
  if (sign === null || (sign.textContent === liveText) === isLive) return;
  sign.textContent = isLive ? liveText : sign.dataset.lost;
  sign.className = isLive ? "" : "warning";
}

/** Loads the page again and replaces the parts that have changed, unless somebody is working in one. */
async function refresh() {
  if (document.hidden) return;
  const response = await fetch(location.href, { headers: { "X-Live": "1" } }).catch(() => undefined);
  showLive(response?.ok === true);
  if (!response?.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of document.querySelectorAll("[data-part]")) {
    const next = fresh.getElementById(part.id);
    const isSame = next === null || (part.source ?? part.innerHTML) === next.innerHTML;
    if (isSame || isInUse(part)) continue;
    const source = next.innerHTML;
    keepOpen(part, next);
    part.replaceChildren(...next.childNodes);
    part.source = source;
    await drawCharts(part);
  }
}

for (const part of document.querySelectorAll("[data-part]")) part.source = part.innerHTML;
await drawCharts(document);
if (live > 0) {
  const tick = () => refresh().finally(() => setTimeout(tick, live * 1000));
  setTimeout(tick, live * 1000);
}

// The form is sent as well, which writes down that it was copied.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (button === null || button === undefined) return;
  const text = document.getElementById(button.dataset.copy);
  text.select();
  void navigator.clipboard?.writeText(text.value).catch(() => document.execCommand("copy"));
});
