import type { Answer, Content, Header, Operation } from "../../tools/contract/contract.ts";
import { escapeHtml, exampleBlock, prose, sentence, table } from "./markup.ts";
import type { schemaMarkup } from "./schema-markup.ts";

type InWords = ReturnType<typeof schemaMarkup>["inWords"];

/** A section about one operation: what is sent, and every answer with its examples. `heading` is how it is called. */
export function operationSection(heading: string, operation: Operation, inWords: InWords): string {
  const { operationId, summary, description, security, parameters = [], requestBody, responses } = operation;
  const parameterRows = parameters.map((one) => [one.name, one] as const);
  return `<section id="${operationId}"><h2>${sentence(summary)}</h2>
<p class="route"><code>${escapeHtml(heading)}</code>${security === undefined ? " signed" : ""}</p>
${prose(description)}
<h3>Request</h3>
${headerTable(parameterRows)}
${requestBody.description === undefined ? "" : prose(requestBody.description)}
${contentMarkup(requestBody.content, inWords)}
<h3>Answers</h3>
${Object.entries(responses)
  .map(([status, response]) => answerMarkup(status, response, inWords))
  .join("\n")}
</section>`;
}

function answerMarkup(status: string, { description, headers = {}, content = {} }: Answer, inWords: InWords): string {
  return `<article><h4>${status}</h4>
${prose(description)}
${headerTable(Object.entries(headers))}
${contentMarkup(content, inWords)}</article>`;
}

function headerTable(headers: readonly (readonly [string, Header])[]): string {
  const rows = headers.map(([name, { required = false, description, example }]) => [
    `<code>${escapeHtml(name)}</code>`,
    required ? "yes" : "",
    sentence(description),
    `<code>${escapeHtml(example)}</code>`,
  ]);
  return table(["header", "always", "", "such as"], rows);
}

function contentMarkup(content: Content, inWords: InWords): string {
  return Object.entries(content)
    .map(
      ([mediaType, { schema, examples }]) => `<p><code>${escapeHtml(mediaType)}</code>: ${inWords(schema)}</p>
${Object.values(examples)
  .map(({ summary, value }) => exampleBlock(summary, value))
  .join("\n")}`,
    )
    .join("\n");
}
