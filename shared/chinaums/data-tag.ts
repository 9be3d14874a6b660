/** A body as the official SDKs send it where their `needDataTag` is set. */
export function withDataTag(body: object): { data: object } {
  return { data: body };
}

/** What a gateway says beside a wrapped answer when all is well, and may say. */
const normal = "0000";
const besideNormal = new Set(["errCode", "errInfo", "errMsg"]);

/**
 * The answer, of which `members` are the names, in `{"data": {…}}`, alone or beside the gateway's `0000`; the answer itself where nothing is wrapped. Where the
 * outside tells of a fault it is the answer. One that answers on both levels gives undefined: which of the two is meant
 * cannot be known, and money must not depend on it.
 */
export function withoutDataTag(json: unknown, members: readonly string[]): unknown {
  if (!isRecord(json) || !isRecord(json.data)) return json;
  const { data, errCode } = json;
  if (members.every((name) => isEmpty(data[name]))) return json;
  const outside = members.filter((name) => !isEmpty(json[name]));
  if (outside.length === 0) return data;
  if (errCode === normal && outside.every((name) => besideNormal.has(name))) return data;
  return typeof errCode === "string" && !["", normal, "SUCCESS"].includes(errCode) ? json : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** As members are that a JSON writer has no value for. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}
