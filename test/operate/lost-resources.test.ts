import { describe, expect, test } from "vitest";
import { lostResources } from "../../operate/deploy/lost-resources.ts";
import { everything, synthesize } from "../support/synthesis.ts";

const isPlain = synthesize();
const withAddresses = synthesize({ egress: "fixed-ip" });
const summary = (before: object, after: object) =>
  lostResources(before, after).map(({ what, how, isKept }) => `${what} ${how}${isKept ? ", kept" : ""}`);

test("a stack that stays as it is, and settings of the code alone, take nothing away", () => {
  expect(summary(isPlain, isPlain)).toEqual([]);
  expect(summary(isPlain, synthesize({ throttleRate: "5", groups: "8", queryMemoryMb: "512" }))).toEqual([]);
  expect(summary(isPlain, withAddresses)).toEqual([]);
});

describe("is told before it happens:", () => {
  test("fixed addresses that are given up, and the gateways that send from them", () => {
    expect(summary(withAddresses, isPlain)).toEqual(["address removed, kept", "NAT gateway removed"]);
  });

  test("a domain that is given up or renamed", () => {
    const { domain } = everything;
    expect(summary(synthesize({ domain }), isPlain)).toEqual(["domain removed"]);
    const renamed = domain.replace("refunds.example.com", "other.example.com");
    expect(summary(synthesize({ domain }), synthesize({ domain: renamed }))).toEqual(["domain replaced"]);
  });

  test("functions that move to another table", () => {
    expect(summary(isPlain, synthesize({ tableName: "Restored" }))).toEqual(["table no longer used, kept"]);
  });

  test("a table with other keys, a table or a secret that is gone, and a secret of another name", () => {
    const draft = JSON.parse(JSON.stringify(isPlain)) as typeof isPlain & {
      Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
    };
    for (const [id, { Type, Properties }] of Object.entries(draft.Resources)) {
      if (Type === "AWS::DynamoDB::Table") Properties.KeySchema = [];
      if (Type === "AWS::SecretsManager::Secret") delete draft.Resources[id];
    }
    expect(summary(isPlain, draft)).toEqual(["table replaced, kept", "secret removed"]);
    expect(summary(isPlain, { Outputs: isPlain.Outputs, Resources: {} })).toEqual(
      expect.arrayContaining(["table removed, kept", "secret removed", "endpoint removed"]),
    );
    expect(summary(isPlain, synthesize({ stage: "other" }))).toContain("secret replaced");
  });
});
