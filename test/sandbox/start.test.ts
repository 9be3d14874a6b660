import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runStart } from "../../sandbox/start/start-program.ts";
import type { Ready } from "../../tools/ready.ts";
import { newDataDir } from "../support/local-run.ts";
import { createPartner, newOrder } from "../support/partner.ts";
import { runHere } from "../support/run-command.ts";
import { callsOf, tokenCallsOf } from "../support/simulator-control.ts";

const root = join(import.meta.dirname, "../..");
const running: ChildProcess[] = [];
afterAll(() => {
  for (const child of running.splice(0)) if (child.exitCode === null) killGroup(child, "SIGKILL");
});

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // Already gone, which is what was wanted.
  }
}

function start(args: string[], command = [process.execPath, "sandbox/start.ts"]) {
  const [file = "", ...rest] = command;
  const child = spawn(file, [...rest, ...args], { cwd: root, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  running.push(child);
  let output = "";
  child.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    output += chunk;
  });
  return { child, output: () => output, exit: once(child, "exit") as Promise<[number | null, string | null]> };
}

async function ready(run: ReturnType<typeof start>, data: string): Promise<Ready> {
  await expect.poll(run.output).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+$/m);
  return JSON.parse(readFileSync(join(data, "ready.json"), "utf8")) as Ready;
}

/** The processes of a group that are still there, zombies aside. */
function processesOf(group: number): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        // After the command's name in brackets come state, parent and process group.
        const [state, , pgrp] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
        return Number(pgrp) === group && state !== "Z" ? [readFileSync(`/proc/${pid}/cmdline`, "utf8")] : [];
      } catch {
        return [];
      }
    });
}

function partnerOf({ url, partners }: Ready) {
  const [first] = partners;
  if (first?.mids[0] === undefined) throw new Error("no partner");
  return createPartner(url, first, first.mids[0]);
}

describe("npm start", () => {
  // A run takes seconds to come up, so a test goes on with the run of the one before where it can.
  const data = newDataDir();
  let run: ReturnType<typeof start>;
  let found: Ready;
  async function startOnData(): Promise<void> {
    run = start(["--port", "0", "--data", data]);
    found = await ready(run, data);
  }
  async function endsOn(signal: "SIGINT" | "SIGTERM"): Promise<void> {
    const order = newOrder("HANG-");
    const hanging = partnerOf(found)
      .ask(order)
      .catch(() => undefined);
    await expect.poll(async () => (await callsOf(found.upstreamUrl, order)).length).toBe(1);
    run.child.kill(signal);
    expect(await run.exit).toEqual([0, null]);
    await hanging;
    await expect.poll(() => processesOf(run.child.pid ?? 0)).toEqual([]);
    expect(existsSync(join(data, "ready.json"))).toBe(false);
  }

  test("says that it is ready on one line, and in ready.json what a client needs", async () => {
    await startOnData();
    expect(run.output()).toContain(`\nready ${found.url}\n`);
    expect(found.partners.length).toBeGreaterThanOrEqual(2);
    expect(new Set(found.partners.flatMap(({ mids }) => mids)).size).toBe(
      found.partners.flatMap(({ mids }) => mids).length,
    );
    const { url, upstreamUrl, dynamodb, secretsManager, receiver } = found;
    for (const address of [url, upstreamUrl, dynamodb.endpoint, secretsManager.endpoint, receiver.url]) {
      expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    }
    expect((await partnerOf(found).ask(newOrder("SUCCESS-"))).status).toBe(200);
    for (const prefix of ["SUCCESS-", "HANG-", "OTHER-"]) expect(run.output()).toContain(`--mer-order-id ${prefix}`);
    expect(run.output()).toMatch(
      /^Reading the stack;.*\nStarting the database,.*\nBundling and starting the functions/,
    );
    await expect.poll(run.output).toMatch(/^Request +SUCCESS-\S+ +HTTP 200 +settled\/succeeded/m);
    expect(run.output()).not.toContain("_aws");
  });

  test("a second one is kept out of the data of the first, which goes on", async () => {
    const second = start(["--port", "0", "--data", data]);
    expect(await second.exit).toEqual([1, null]);
    expect(second.output()).toBe(
      `a local run (process ${run.child.pid}) has its data in ${data}; stop it, or choose another with --data\n`,
    );
    expect(existsSync(join(data, "ready.json"))).toBe(true);
  });

  test("ends on SIGINT with no process left, though a request is hanging", () => endsOn("SIGINT"));

  test("killed outright it loses nothing, and keeps nobody out: the next start knows the same partners and refunds", async () => {
    await startOnData();
    const [before, first] = [found, run];
    const order = newOrder("PROCESSING-");
    const answer = await partnerOf(before).ask(order);
    first.child.kill("SIGKILL");
    await first.exit;

    await startOnData();
    await expect.poll(() => processesOf(first.child.pid ?? 0)).toEqual([]);
    expect(found.partners).toEqual(before.partners);
    expect(found.receiver.secret).toBe(before.receiver.secret);
    const again = await partnerOf(found).ask(order);
    expect(again.body.recheck?.attempts).toBeGreaterThanOrEqual(answer.body.recheck?.attempts ?? 1);
    expect(again.body.refundStatus).toBe("PROCESSING");
  });

  test("ends on SIGTERM with no process left, though a request is hanging", () => endsOn("SIGTERM"));

  test("through npm it ends with npm, even where npm is killed outright", async () => {
    const data = newDataDir();
    const run = start(["--", "--port", "0", "--data", data], ["npm", "start"]);
    await ready(run, data);
    run.child.kill("SIGKILL");
    await run.exit;
    await expect.poll(() => processesOf(run.child.pid ?? 0)).toEqual([]);
  });

  test("asks with an access token where it is told to, and with another one after a restart of the simulator", async () => {
    const data = newDataDir();
    for (let starts = 1; starts <= 2; starts++) {
      const run = start(["--port", "0", "--data", data, "--upstream-auth", "access-token"]);
      await expect.poll(run.output).toMatch(/^ready /m);
      const found = await ready(run, data);
      const order = newOrder("SUCCESS-");
      expect((await partnerOf(found).ask(order)).body).toMatchObject({ recheck: { state: "succeeded" } });
      const last = (await callsOf(found.upstreamUrl, order)).at(-1);
      expect(last).toMatchObject({ verified: true, authorization: expect.stringMatching(/^OPEN-ACCESS-TOKEN /) });
      expect(await tokenCallsOf(found.upstreamUrl)).toMatchObject([{ verified: true }]);
      run.child.kill("SIGTERM");
      await run.exit;
    }
  });

  test("a taken port is one clear sentence", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const run = start(["--port", String(port), "--data", newDataDir()]);
    expect(await run.exit).toEqual([1, null]);
    expect(run.output()).toMatch(new RegExp(`\nport ${port} of 127.0.0.1 is taken; choose another with --port\n$`));
    await expect.poll(() => processesOf(run.child.pid ?? 0)).toEqual([]);
    server.close();
  });
});

describe("npm start refuses", () => {
  const refusal = async (...args: string[]) => {
    const { status, stdout, stderr } = await runHere(runStart, args);
    expect([status, stderr]).toEqual([1, expect.not.stringMatching(/^\s+at /m)]);
    return stdout + stderr;
  };

  test.each([
    [["--port", "x"], "It is a whole number from 0 to 65535."],
    [["--prot", "1"], "(Did you mean --port?)"],
    [["--upstream", "nowhere"], "It is a URL such as https://test-api-open.chinaums.com"],
    [["--upstream", "http://open.chinaums.com"], "It is a URL such as https://test-api-open.chinaums.com"],
    [["--upstream-auth", "token"], "Did you mean access-token?"],
    [["--secret", "/nonexistent"], "It is a readable JSON file of the form"],
    [["--upstream", "https://test-api-open.chinaums.com", "--simulator-port", "1"], "cannot be used with"],
    [["--data", "/proc/refunds/here"], "the data folder /proc/refunds/here cannot be made (ENOENT)"],
  ])("%j in a sentence", async (args, sentence) => {
    expect(await refusal(...args)).toContain(sentence);
  });

  test("secrets that are damaged, and names the file and the way out", async () => {
    const data = newDataDir();
    writeFileSync(join(data, "secrets.json"), "{");
    expect(await refusal("--port", "0", "--data", data)).toContain(
      `${join(data, "secrets.json")} is damaged; repair it, or move it away: the next start makes new keys`,
    );
  });

  test("secrets that cannot be read, and names the file and the way out", async () => {
    const data = newDataDir();
    mkdirSync(join(data, "secrets.json"));
    expect(await refusal("--port", "0", "--data", data)).toContain(
      `${join(data, "secrets.json")} cannot be read (EISDIR); mend that, or move it away`,
    );
  });

  test("a database that is damaged, and names the file and the way out", async () => {
    const data = newDataDir();
    writeFileSync(join(data, "dynamodb.sqlite"), "no database ".repeat(1_000));
    expect(await refusal("--port", "0", "--data", data)).toContain(
      `If ${join(data, "dynamodb.sqlite")} is damaged, move it away; the next start makes an empty one`,
    );
  });
});

describe("npm run simulator", () => {
  test("is the simulated ChinaUMS alone, at a port and with a pair that a partner's tests can name", async () => {
    const run = start(["--port", "0"], [process.execPath, "sandbox/simulator.ts"]);
    await expect.poll(run.output).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+$/m);
    const url = /^ready (.*)$/m.exec(run.output())?.[1] ?? "";
    const pair = { appId: "10000000000000000000000000000001", appKey: "20000000000000000000000000000001" };
    const { status, body } = await createPartner(url, pair, "898310148160568").ask(newOrder("SUCCESS-"));
    expect([status, body.refundStatus]).toEqual([200, "SUCCESS"]);
    run.child.kill("SIGTERM");
    expect(await run.exit).toEqual([0, null]);
  });
});
