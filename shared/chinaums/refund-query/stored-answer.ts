import type { AnswerFields } from "../../refund/check.ts";

export function toStored(fields: AnswerFields): Record<string, string | number> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Record<
    string,
    string | number
  >;
}
export function fromStored(stored: Readonly<Record<string, unknown>>): AnswerFields {
  return stored as AnswerFields;
}
