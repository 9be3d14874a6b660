import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { localDynamoDb } from "../tools/local-aws.ts";
import { freePort, unguessableLoopback } from "./loopback.ts";
import { quickenStream } from "./stream/quicken-stream.ts";

export type Database = { readonly endpoint: string; close(): Promise<void> };

const startMs = 10_000;
const maxTries = 3;

/**
 * A DynamoDB engine as a process of its own. Its data is in the file, so that it outlives a kill, or in memory if no file is
 * named. The engine answers everybody, web pages included, so it listens at an address that none of them can guess.
 * @throws an Error if there is no engine for this platform, or it does not come up
 */
export async function startDatabase(options: DatabaseOptions): Promise<Database> {
  for (let tries = 1; ; tries++) {
    try {
      return await startEngine(options);
    } catch (error) {
      // Somebody else may have taken the port that was free a moment ago.
      const isPortTaken = error instanceof Error && error.message.includes("already in use");
      if (!isPortTaken || tries === maxTries) throw error;
    }
  }
}

type DatabaseOptions = { readonly file?: string | undefined };

async function startEngine({ file }: DatabaseOptions): Promise<Database> {
  const host = unguessableLoopback();
  const port = await freePort(host);
  const args = ["serve", "--host", host, "--port", String(port), ...(file === undefined ? [] : ["--db-path", file])];
  // The shell's standard input ends when this process does, even if it is killed. Then the shell ends the engine.
  const script =
    'trap "" INT TERM; "$@" </dev/null & engine=$!; cat >/dev/null; kill -KILL $engine 2>/dev/null; wait $engine';
  const shell = spawn("/bin/sh", ["-c", script, "sh", enginePath(), ...args], { stdio: ["pipe", "ignore", "pipe"] });
  let complaint = "";
  shell.stderr.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk).slice(-2_000);
  });
  const exited = once(shell, "exit");
  const close = async () => {
    shell.stdin.end();
    await exited;
  };

  const endpoint = `http://${host}:${port}`;
  const client = localDynamoDb(endpoint);
  for (const giveUpAt = Date.now() + startMs; ; ) {
    try {
      await client.send(new ListTablesCommand({}));
      if (file !== undefined) quickenStream(file);
      return { endpoint, close };
    } catch (error) {
      // The shell goes on after the engine has ended.
      if (Date.now() > giveUpAt || shell.exitCode !== null || /^error:/m.test(complaint)) {
        await close();
        throw new Error(notUp(file, complaint.trim()), { cause: error });
      }
      await sleep(20);
    }
  }
}

function notUp(file: string | undefined, complaint: string): string {
  const said = `the local database did not come up: ${complaint}`;
  if (file === undefined || /already in use/.test(complaint)) return said;
  return `${said}\nIf ${file} is damaged, move it away; the next start makes an empty one`;
}

function enginePath(): string {
  const name = `@dynoxide/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), "dynoxide");
  } catch (error) {
    throw new Error(`there is no ${name} here; start a DynamoDB of your own and name it in AWS_ENDPOINT_URL_DYNAMODB`, {
      cause: error,
    });
  }
}
