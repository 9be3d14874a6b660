/** A body as the official SDKs send it where their `needDataTag` is set. */
export function withDataTag(body: object): { data: object } {
  return { data: body };
}

/** The errCode of a gateway that has no fault to tell, and what it may send beside it. */
const normal = "0000";
const besideNormal = new Set(["errCode", "errInfo", "errMsg"]);

/**
 * The answer inside `{"data": {…}}`, alone or beside the gateway's `0000`; `json` itself where nothing is wrapped. `members`
 * are the names of an answer's members. A fault outside is the answer. The result is undefined where both levels answer,
 * because it cannot be known which one is meant, and money must not depend on it.
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

/** True for what JSON writers put where they have no value. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}
