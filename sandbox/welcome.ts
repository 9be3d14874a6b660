import type { Ready } from "../tools/ready.ts";
import { scenarios } from "./simulator/scenarios.ts";

/** What a person reads at the start: the addresses, the partners, and a query for each outcome. */
export function welcome(ready: Ready, simulated: boolean, data: string): string {
  const [first] = ready.partners;
  const mid = first?.mids[0] ?? "";
  const ask = (merOrderId: string) =>
    `npm run query -- --mer-order-id ${merOrderId} --mid ${mid} --tid 88880001 --inst-mid APPDEFAULT${data === ".sandbox" ? "" : ` --data ${data}`}`;
  const lines = [
    "",
    `Contract   ${ready.url}/docs`,
    ...(ready.console === undefined ? [] : [`Console    ${ready.console.url}`]),
    `ChinaUMS   ${ready.upstreamUrl}${simulated ? "  (simulated; scripted under /_control)" : ""}`,
    `Database   ${ready.dynamodb.endpoint}  table ${ready.dynamodb.table}`,
    `Secrets    ${ready.secretsManager.endpoint}`,
    `Receiver   ${ready.receiver.url}  (webhooks of ${first?.partnerId ?? "nobody"}; scripted under /_control)`,
    ...ready.partners.map(
      ({ partnerId, appId, mids }) => `Partner    ${partnerId}  AppId ${appId}  mid ${mids.join(", ")}`,
    ),
    "",
    "Query as the first partner (--watch waits for the final answer, --curl prints the signed request, --json the bare answer):",
    "",
    ...(simulated
      ? scenarios.flatMap(({ example, outcome }) => [`  ${outcome}`, `    ${ask(example)}`])
      : [`    ${ask("YOUR-REFUND-NUMBER")}`]),
    "",
  ];
  return `${lines.join("\n")}\n`;
}
