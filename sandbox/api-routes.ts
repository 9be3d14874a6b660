import type { FunctionName } from "../functions/function-envs.ts";
import type { Routes } from "./api-gateway.ts";
import { contractRoutes } from "./contract/contract-routes.ts";

export type ApiRoutesDeps = {
  /** The function of each route, such as `POST /v1/refunds/watch`, as the stack has them. */
  readonly functions: Readonly<Record<string, FunctionName>>;
  readonly invoke: (name: FunctionName, event: unknown) => Promise<unknown>;
  /** Gets each event that a function was given, and what it answered. */
  readonly onAnswer: ((event: unknown, answer: unknown) => void) | undefined;
};

/** The routes of the HTTP front: those of the stack, and the contract as a page, which is not deployed. */
export function apiRoutes({ functions, invoke, onAnswer }: ApiRoutesDeps): Routes {
  const answer = async (name: FunctionName, event: unknown) => {
    const answered = await invoke(name, event);
    onAnswer?.(event, answered);
    return answered;
  };
  const ofFunctions = Object.entries(functions).map(([route, name]) => [route, answer.bind(null, name)]);
  return { ...contractRoutes(), ...Object.fromEntries(ofFunctions) };
}
