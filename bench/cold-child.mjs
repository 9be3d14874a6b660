// One cold start: loads the bundle of the first argument, says so, and on a message with an event answers it once. Plain
// JavaScript, so that stripping types is not measured.
const [bundle] = process.argv.slice(2);
const usedMs = () => process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000;

const loaded = bundle === undefined ? {} : await import(bundle);
const handler = loaded.handler ?? loaded.default?.handler;
process.send({ ms: performance.now(), cpuMs: usedMs() });

process.on("message", async (event) => {
  const startedAt = performance.now();
  const cpuMs = usedMs();
  const endsAt = Date.now() + 28_000;
  const context = {
    awsRequestId: "request",
    functionName: "bench",
    getRemainingTimeInMillis: () => endsAt - Date.now(),
  };
  const { statusCode, body } = await handler(event, context);
  process.send({ ms: performance.now() - startedAt, cpuMs: usedMs() - cpuMs, statusCode, body });
});
