import { AwsFault } from "./aws-fault.ts";
import { jsonService, type Service } from "./protocols.ts";

/** Parameters of Systems Manager, by name. */
export function createSsm(parameters: ReadonlyMap<string, string>): Service {
  return jsonService({
    GetParameter({ Name }: { Name: string }) {
      const Value = parameters.get(Name);
      if (Value === undefined) throw new AwsFault("ParameterNotFound", `There is no parameter ${Name}.`);
      return { Parameter: { Name, Type: "String", Value, Version: 1 } };
    },
  });
}
