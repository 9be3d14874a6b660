import { localRegion } from "../../../tools/local-aws.ts";

/** A text of the local DynamoDB engine, which has a word of its own for the region in ARNs, with the account's region in its place. */
export function inAccountRegion(text: string): string {
  return text.replaceAll("arn:aws:dynamodb:dynoxide:", `arn:aws:dynamodb:${localRegion}:`);
}
