import { DatabaseSync } from "node:sqlite";

/**
 * At each write the engine looks for a stream's last number, and does so in all of its records; so it does at each reading. This
 * gives it indexes, because all would take longer with every record that is kept, and a stream keeps a day of them.
 * @throws an Error if the file is none of an engine that keeps its streams in this way
 */
export function quickenStream(file: string): void {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    database.exec(`
      CREATE INDEX IF NOT EXISTS stream_by_number ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
      CREATE INDEX IF NOT EXISTS stream_by_shard
        ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER), sequence_number);
    `);
  } finally {
    database.close();
  }
}
