import { type Named, rightsNeeded } from "../../support/rights-needed.ts";
import { inAccountRegion } from "./engine-region.ts";
import type { Iam } from "./iam.ts";
import { type AwsRequest, jsonFault, type Service } from "./protocols.ts";

type Guarded = {
  /** What the actions begin with in policies, such as `dynamodb`. */
  readonly prefix: string;
  /** The engine that provides the service and checks no rights. */
  readonly endpoint: string;
  readonly iam: Iam;
  /** What the names in a request stand for. */
  readonly named: (input: Record<string, unknown>) => Named | Promise<Named>;
};

/** Headers that belong to one connection and are not passed on. */
const ofConnection = ["connection", "content-length", "host", "transfer-encoding"];

/** A service in front of an engine. It refuses what the role may not do, and passes everything else on. */
export function guarded({ prefix, endpoint, iam, named }: Guarded): Service {
  const authorize = async ({ headers, body, principal }: AwsRequest) => {
    if (principal.roleName === "administrator") return;
    const operation = `${prefix}:${String(headers["x-amz-target"]).replace(/^.*\./, "")}`;
    const input = JSON.parse(body.toString("utf8")) as Record<string, unknown>;
    iam.authorize(principal, rightsNeeded({ operation, request: input }, await named(input)));
  };
  return {
    async answer(request) {
      await authorize(request);
      const headers = Object.entries(request.headers).filter(([name]) => !ofConnection.includes(name));
      const answer = await fetch(endpoint, {
        method: "POST",
        headers: headers.map(([name, value]) => [name, String(value)]),
        body: new Uint8Array(request.body),
      });
      const contentType = answer.headers.get("content-type") ?? "";
      const body = inAccountRegion(await answer.text());
      return { status: answer.status, headers: { "Content-Type": contentType }, body };
    },
    fail: jsonFault,
  };
}
