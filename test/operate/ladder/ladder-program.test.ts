import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recordHistory } from "../../../bench/delay/try-mix.ts";
import { runLadder } from "../../../operate/ladder/ladder-program.ts";
import { writeFits } from "../../../operate/ladder/write-fits.ts";
import { startSecretsManager } from "../../../sandbox/secrets-manager/start-secrets-manager.ts";
import { feedPageItem } from "../../../shared/aws/feed-page-item.ts";
import { partnerSecretPrefix } from "../../../shared/names.ts";
import { parseLadder } from "../../../shared/refund/recheck-ladder.ts";
import type { Refund } from "../../../shared/refund/refund.ts";
import { localSecretsManager, localStage } from "../../../tools/local-aws.ts";
import { addPartner } from "../../../tools/partner-secrets.ts";
import { newRecordedTable } from "../../support/recorded-table.ts";
import { dayMs } from "../../support/refunds.ts";
import { runHere } from "../../support/run-command.ts";
import { agesOf, fitTo, unseen } from "./simulated-history.ts";

const mix = unseen["a channel of hours"];
if (mix === undefined) throw new Error("no such mix");

const folder = mkdtempSync(join(tmpdir(), "refund-status-ladder-"));
let secrets: Awaited<ReturnType<typeof startSecretsManager>>;
let recorded: Awaited<ReturnType<typeof newRecordedTable>>;
const ladder = (...args: string[]) => runHere(runLadder, ["fit", "--data", recorded.data, ...args]);

/** A refund of a simulated history, as if it had been made so much later. */
function later(refund: Refund, ms: number): Refund {
  const [checkedAt, seenOpenAt] = [refund.checkedAt ?? 0, refund.seenOpenAt ?? 0];
  return { ...refund, firstSeenAt: refund.firstSeenAt + ms, checkedAt: checkedAt + ms, seenOpenAt: seenOpenAt + ms };
}

beforeAll(async () => {
  secrets = await startSecretsManager({ file: join(folder, "secrets.json") });
  recorded = await newRecordedTable(secrets.url);
  const where = { client: localSecretsManager(secrets.url), prefix: partnerSecretPrefix(localStage) };
  await addPartner(where, "north-shop", ["898310148160568"]);
  const begin = Date.now() - 40 * dayMs;
  const history = recordHistory(mix, 5, 700).map((refund) => later(refund, begin));
  const rare = history.slice(0, 5).map((refund) => ({ ...refund, instMid: "H5DEFAULT" }));
  const refunds = [...history, ...rare].sort((a, b) => (a.checkedAt ?? 0) - (b.checkedAt ?? 0));
  await Promise.all(refunds.map((refund) => recorded.putRefund(refund)));
  for (let i = 0; i < refunds.length; i += 40) {
    const page = refunds.slice(i, i + 40);
    const entries = page.map((refund) => ({ refund, sequence: refund.version }));
    const at = page.at(-1)?.checkedAt ?? 0;
    await recorded.put(feedPageItem("north-shop", { number: i / 40 + 1, at, entries }));
  }
});
afterAll(() => secrets.close());

describe("npm run ladder -- fit", () => {
  test("proposes a ladder for a product with a history, says what it is worth, and changes nothing", async () => {
    const { status, stdout, stderr } = await ladder();
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^APPDEFAULT {2}700 refunds ended, 0 are open$/m);
    expect(stdout).toMatch(/held-out refunds: delay 0\.\d\d of today's \(0\.\d\d to 0\.\d\d with 95 % confidence\)/);
    expect(stdout).toMatch(/^ {2}expected {2}nine in ten are final within \d+[mh];/m);
    expect(stdout).toMatch(/^ {2}ladder {4}(\d+[mhd](\*\d+)? ?)+$/m);
    expect(stdout).toMatch(/^H5DEFAULT {2}5 refunds ended, 0 are open\n {2}too few to say anything: 600 are needed/m);
    expect(stdout).toContain("Nothing was changed. --write puts what is proposed into settings/local.json.");
  });

  test("gives programs a ladder in the form of the setting", async () => {
    const { stdout } = await ladder("--json", "--days", "60");
    const { stage, days, products } = JSON.parse(stdout);
    expect({ stage, days }).toEqual({ stage: "local", days: 60 });
    expect(products).toMatchObject([
      { instMid: "APPDEFAULT", kind: "proposed", settled: 700, expected: { wait: expect.any(String) } },
      { instMid: "H5DEFAULT", kind: "too_few", settled: 5 },
    ]);
    expect(parseLadder(products[0].ladder).length).toBeGreaterThan(10);
  });

  test("leaves out refunds that were first seen before its days", async () => {
    expect((await ladder("--days", "5")).stdout).toContain("No refund was first seen in the last 5 days");
  });

  test("refuses days that are no number", async () => {
    const { status, stderr } = await ladder("--days", "0");
    expect(status).toBe(1);
    expect(stderr).toContain("whole number from 1 to");
  });
});

describe("what is proposed is written", () => {
  const fit = fitTo(agesOf(mix, 5, 700));
  const file = join(folder, "stage.json");
  const written = () => JSON.parse(readFileSync(file, "utf8"));

  test("beside the other settings of the stage, and the other products", () => {
    writeFileSync(file, JSON.stringify({ groups: 2, ladders: { H5DEFAULT: "1h*9" }, expected: { H5DEFAULT: "3h" } }));
    const few = { kind: "too_few", settled: 5, open: 0 } as const;
    writeFits(file, new Map([["APPDEFAULT", fit] as const, ["H5DEFAULT", few] as const]));
    const { groups, ladders, expected } = written();
    expect(groups).toBe(2);
    expect(ladders).toEqual({ APPDEFAULT: expect.stringMatching(/\d[mh]/), H5DEFAULT: "1h*9" });
    expect(expected).toEqual({ APPDEFAULT: expect.stringMatching(/^\d+[mhd]$/), H5DEFAULT: "3h" });
  });

  test("but a wait that is not borne out any more is taken back, and a ladder that is as good stays", () => {
    if (fit.kind === "too_few") throw new Error("too few");
    const before = written();
    writeFits(file, new Map([["APPDEFAULT", { ...fit, kind: "kept", expected: undefined }]]));
    expect(written().ladders).toEqual(before.ladders);
    expect(written().expected).toEqual({ H5DEFAULT: "3h" });
  });

  test("into a new file, where the stage has none", () => {
    const other = join(folder, "new.json");
    writeFits(other, new Map([["APPDEFAULT", fit]]));
    expect(JSON.parse(readFileSync(other, "utf8"))).toMatchObject({ ladders: { APPDEFAULT: expect.any(String) } });
  });
});
