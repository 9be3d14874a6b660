type Fields = Readonly<Record<string, unknown>>;

/**
 * A function's log line in one line for a person; undefined if there was nothing to do, as in most sweeps. Where each check has
 * a line of its own, what a sweep sums up is left out too, unless something went wrong.
 */
export function formatLogLine(line: string, { isEachCheckShown = false } = {}): string | undefined {
  const fields = readFields(line);
  if (fields === undefined) return line;
  if (isEachCheckShown && fields.event === "refund_recheck" && fields.level === "info" && !fields.verified)
    return undefined;
  const said = whatWasDone(fields);
  if (said === undefined && fields.level === "info") return undefined;
  const trouble = [fields.fault, fields.cause].filter(Boolean).join(" ");
  const warning = fields.level === "info" ? "" : `  ${String(fields.level).toUpperCase()} ${trouble}`.trimEnd();
  return `${said ?? `Log        ${fields.event}`}${warning}`;
}

/** True for a sweep without work. There are some every few seconds. */
export function isIdleSweep(line: string): boolean {
  const fields = readFields(line);
  return fields?.level === "info" && fields.event !== "refund_query" && whatWasDone(fields) === undefined;
}

function whatWasDone(fields: Fields): string | undefined {
  const { event, merOrderId, status, errCode, reading, code, state, attempts, source, durationMs } = fields;
  switch (event) {
    case "refund_query": {
      const told = [reading, code].filter(Boolean).join(" ") || errCode || "";
      const from = source === "record" ? "from the record" : `${durationMs} ms`;
      const stands = state === undefined ? "" : `  ${state}, ${attempts} ${attempts === 1 ? "check" : "checks"}`;
      return `Request    ${merOrderId ?? "refused"}  HTTP ${status}  ${told}${stands}  (${from})`;
    }
    case "refund_recheck": {
      if (!fields.checked && !fields.due) return undefined;
      const readings = Object.entries((fields.byReading ?? {}) as Readonly<Record<string, number>>);
      const counts = readings.map(([word, count]) => `${word} ${count}`).join(", ");
      return `Recheck    ${fields.checked} checked: ${counts || "none"}  (${durationMs} ms)`;
    }
    case "refund_tell":
      if (!fields.told && !fields.tries) return undefined;
      return `Told       refunds ${fields.told}, webhooks ${fields.tries}, failed ${fields.failedTries}`;
    case "refund_watch":
      return `Watch      refunds ${fields.refunds ?? 0}  HTTP ${status}`;
    case "refund_changes":
      return `Feed       events ${fields.events ?? 0}  HTTP ${status}`;
    default:
      return undefined;
  }
}

function readFields(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "event" in value ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
