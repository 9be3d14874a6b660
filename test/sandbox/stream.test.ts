import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Database, startDatabase } from "../../sandbox/database.ts";
import { openTableChanges } from "../../sandbox/stream/table-changes.ts";
import { createTable } from "../../sandbox/table.ts";
import { localDynamoDb } from "../../tools/local-aws.ts";

const table = "streamed";
let file: string;
let database: Database;

beforeAll(async () => {
  file = join(mkdtempSync(join(tmpdir(), "refund-status-")), "dynamodb.sqlite");
  database = await startDatabase({ file });
  const StreamSpecification = { StreamViewType: "NEW_IMAGE" } as const;
  await createTable(localDynamoDb(database.endpoint), table, { ...inject("tableDefinition"), StreamSpecification });
});
afterAll(() => database.close());

test("changes are handed on while others are written", async () => {
  const client = localDynamoDb(database.endpoint);
  const stop = new AbortController();
  let isRead = false;
  const changes = await openTableChanges(database.endpoint, table, stop.signal);
  const reading = (async () => {
    for await (const records of changes) {
      isRead = records.length > 0;
      stop.abort();
    }
  })();
  const write = async (writer: number) => {
    // A writer goes on until somebody has read, so that a reader who waits for the last record is never served.
    for (let number = 0; !isRead; number++) {
      if (number > 5_000) throw new Error("nothing was read while it was written");
      await client.send(
        new PutItemCommand({ TableName: table, Item: { pk: { S: `p${writer}` }, sk: { S: String(number) } } }),
      );
    }
  };
  await Promise.all(Array.from({ length: 20 }, (_, writer) => write(writer)));
  await reading;
  expect(isRead).toBe(true);
});

test.each([
  [
    "the next number",
    "SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = ?1",
  ],
  [
    "its bounds",
    "SELECT MIN(sequence_number), MAX(sequence_number) FROM _stream_records WHERE table_name = ?1 AND shard_id = 's'",
  ],
  [
    "the next records",
    `SELECT keys_json FROM _stream_records WHERE table_name = ?1 AND shard_id = 's' AND CAST(sequence_number AS INTEGER) > 5
     ORDER BY CAST(sequence_number AS INTEGER) ASC LIMIT 100`,
  ],
])(
  "the engine finds %s of a stream by an index, because it must not get slower with each write",
  (_, asTheEngineAsks) => {
    const engine = new DatabaseSync(file, { readOnly: true });
    const plan = engine.prepare(`EXPLAIN QUERY PLAN ${asTheEngineAsks}`).all(table);
    engine.close();
    expect(plan).toHaveLength(1);
    expect(plan[0]?.detail).toMatch(/USING (COVERING )?INDEX stream_by/);
  },
);
