import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import type { Episode } from "./faults.ts";
import { tableName } from "./observed-table.ts";
import { between, pick } from "./random.ts";
import type { Item } from "./table/attribute-values.ts";
import type { SimulatedTable } from "./table/simulated-table.ts";
import type { Truth } from "./truth.ts";
import type { World } from "./world.ts";

const hourMs = 3_600_000;

/**
 * A newer version of the service, which runs beside this one for a while: it writes attributes, readings and states that
 * this one does not know, by the rules that it would have to keep itself. Gives the times in which it had a refund for itself.
 */
export function createNewerVersion(deps: {
  readonly world: World;
  readonly truths: readonly Truth[];
  readonly table: SimulatedTable;
  readonly every: (meanMs: number, act: () => void) => void;
  readonly until: number;
}): (id: string) => readonly Episode[] {
  const { world, truths, table, every, until } = deps;
  const { clock, random } = world;
  const held = new Map<string, Episode[]>();

  /** Writes one attribute of an open refund, unless another writer comes first. */
  function write(id: string, name: string, value: string, from: readonly string[], dueAt?: number): boolean {
    const Key = { pk: { S: `REFUND#${id}` }, sk: { S: "STATE" } };
    const { Item: item } = table.execute("GetItem", { TableName: tableName, Key }) as { Item?: Item };
    if (item?.dueAt === undefined || !from.includes(item.state?.S ?? "")) return false;
    // When it checks a refund itself, partners have been told of it first.
    if (dueAt !== undefined && /^[tp]/.test(item.dueShard?.S ?? "")) return false;
    try {
      table.execute("UpdateItem", {
        TableName: tableName,
        Key,
        UpdateExpression: `SET #name = :value, version = version + :one${dueAt === undefined ? "" : ", dueAt = :dueAt"}`,
        ConditionExpression: "version = :version",
        ExpressionAttributeNames: { "#name": name },
        ExpressionAttributeValues: {
          ":value": { S: value },
          ":one": { N: "1" },
          ":version": item.version ?? { N: "0" },
          ...(dueAt !== undefined && { ":dueAt": { N: String(dueAt) } }),
        },
      });
      world.note("newer version", `${id} ${name} ${value}`);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  const open = ["pending", "needs_review"];
  every(6 * hourMs, () => {
    const { id } = pick(random, truths);
    const what = between(random, 0, 3);
    if (what === 0) write(id, "newerNote", `note ${between(random, 0, 99)}`, open);
    if (what === 1) write(id, "reading", "processing/at_the_bank", open);
    // It sweeps such a refund itself, and so plans the next check.
    const back = Math.min(clock.now() + between(random, 1, 12) * hourMs, until);
    if (what === 2 && write(id, "state", "newer_at_bank", open, back)) {
      held.set(id, [...(held.get(id) ?? []), { from: clock.now(), until: back, mode: 0 }]);
      clock.at(back, () => write(id, "state", "pending", ["newer_at_bank"]));
    }
  });
  return (id) => held.get(id) ?? [];
}
