import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { AwsFault } from "./aws-fault.ts";
import type { Principal } from "./credentials.ts";
import { toXml } from "./xml.ts";

export type AwsRequest = {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly principal: Principal;
};
export type AwsAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
};

/** One of AWS's services, as its API is over HTTP. */
export type Service = { answer(request: AwsRequest): Promise<AwsAnswer>; fail(fault: AwsFault): AwsAnswer };

/** The operations of a service by their names; those that are not here are refused by name. */
export type Operations = Readonly<Record<string, (input: never, principal: Principal) => object | Promise<object>>>;

/** A service that is asked by forms and answers in XML, such as CloudFormation. */
export function queryService(operations: Operations): Service {
  const xml = (status: number, body: string): AwsAnswer => ({ status, headers: { "Content-Type": "text/xml" }, body });
  return {
    async answer({ body, principal }) {
      const { Action, ...input } = readForm(body.toString("utf8"));
      const name = String(Action);
      const result = await operation(operations, name)(input as never, principal);
      return xml(
        200,
        `<${name}Response><${name}Result>${toXml(result)}</${name}Result><ResponseMetadata>${requestId()}</ResponseMetadata></${name}Response>`,
      );
    },
    fail: ({ code, message, status }) =>
      xml(
        status,
        `<ErrorResponse>${toXml({ Error: { Type: "Sender", Code: code, Message: message } })}${requestId()}</ErrorResponse>`,
      ),
  };
}

/** A service of JSON 1.0 or 1.1 that names its operation in a header, such as Systems Manager. */
export function jsonService(operations: Operations): Service {
  return {
    async answer({ headers, body, principal }) {
      const name = String(headers["x-amz-target"]).replace(/^.*\./, "");
      return json(200, await operation(operations, name)(JSON.parse(body.toString("utf8")) as never, principal));
    },
    fail: jsonFault,
  };
}

export function jsonFault({ code, message, status }: AwsFault): AwsAnswer {
  return json(status, { __type: code, message, Message: message });
}

function json(status: number, value: object): AwsAnswer {
  return { status, headers: { "Content-Type": "application/x-amz-json-1.1" }, body: JSON.stringify(value) };
}

function operation(operations: Operations, name: string) {
  const found = operations[name];
  if (found === undefined) throw new AwsFault("UnknownOperation", `${name} is not emulated`);
  return found;
}

const requestId = () => toXml({ RequestId: randomUUID() });

/** `Tags.member.1.Key=a` and its like, as objects and lists. */
function readForm(text: string): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, value] of new URLSearchParams(text)) {
    const steps = path.split(".").filter((step) => step !== "member");
    let place: Record<string, unknown> = root;
    steps.forEach((step, depth) => {
      const key = /^\d+$/.test(step) ? String(Number(step) - 1) : step;
      if (depth === steps.length - 1) place[key] = value;
      else place[key] ??= /^\d+$/.test(steps[depth + 1] ?? "") ? [] : {};
      place = place[key] as Record<string, unknown>;
    });
  }
  return root;
}
