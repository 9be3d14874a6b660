type Execute = (operation: string, input: object) => object;
/** What a batch asks of a table: writes, or keys and how to read them. */
type Requested = object[] | { readonly Keys: object[] };

/** Carries out those parts of a batch that are taken, and gives the others back, as DynamoDB does under load. */
export function partialBatch(execute: Execute, operation: string, input: object, isTaken: () => boolean): object {
  const { RequestItems = {} } = input as { readonly RequestItems?: Readonly<Record<string, Requested>> };
  const taken: Record<string, Requested> = {};
  const left: Record<string, Requested> = {};
  for (const [table, request] of Object.entries(RequestItems)) {
    for (const part of Array.isArray(request) ? request : request.Keys) {
      const side = isTaken() ? taken : left;
      side[table] = withPart(request, side[table], part);
    }
  }
  const answer = Object.keys(taken).length > 0 ? execute(operation, { ...input, RequestItems: taken }) : {};
  return operation === "BatchGetItem"
    ? { Responses: {}, ...answer, UnprocessedKeys: left }
    : { ...answer, UnprocessedItems: left };
}

function withPart(request: Requested, before: Requested | undefined, part: object): Requested {
  if (Array.isArray(request)) return [...((before as object[] | undefined) ?? []), part];
  const { Keys = [] } = (before ?? {}) as { Keys?: object[] };
  return { ...request, Keys: [...Keys, part] };
}
