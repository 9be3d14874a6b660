import { AwsFault } from "./aws-fault.ts";
import type { Functions } from "./functions.ts";
import { jsonFault, type Service } from "./protocols.ts";

const path = /^\/2015-03-31\/functions\/([^/]+)\/(?:versions|aliases\/([^/]+))$/;

/** The part of Lambda's API by which an alias is moved to another version. */
export function createLambdaApi(functions: Functions): Service {
  return {
    async answer({ method, url, body }) {
      // As in an account that is new.
      const AccountLimit = { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 };
      if (url.pathname.endsWith("/account-settings")) return json({ AccountLimit });
      const [, name = "", alias] = path.exec(url.pathname) ?? [];
      if (name === "") throw new AwsFault("UnknownOperation", `${method} ${url.pathname} is not emulated`, 404);
      if (alias === undefined) {
        const Versions = functions.versionsOf(name).map(({ madeAt }, i) => ({
          FunctionName: name,
          Version: String(i + 1),
          LastModified: madeAt.toISOString().replace("Z", "+0000"),
        }));
        return json({ Versions: [{ FunctionName: name, Version: "$LATEST" }, ...Versions] });
      }
      const found = functions.findInvocable(`${name}:${alias}`);
      if (!("version" in found)) throw new AwsFault("ResourceNotFoundException", `Alias not found: ${alias}`, 404);
      if (method === "PUT")
        found.version = (JSON.parse(body.toString("utf8")) as { FunctionVersion: string }).FunctionVersion;
      return json({ AliasArn: found.arn, Name: alias, FunctionVersion: found.version });
    },
    fail: jsonFault,
  };
}

function json(value: object) {
  return { status: 200, headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) };
}
