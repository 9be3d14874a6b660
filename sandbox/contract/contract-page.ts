import type { Contract } from "../../tools/contract/contract.ts";
import { escapeHtml, prose, sentence } from "./markup.ts";
import { operationSection } from "./operation-markup.ts";
import { schemaMarkup } from "./schema-markup.ts";

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h2 { border-top: 1px solid; padding-top: 1rem; margin-top: 2.5rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid; border-radius: 4px; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { text-align: start; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid; }
summary { cursor: pointer; }
.route { font-size: 1.1em; }`;

/** The contract with partners as one page of HTML, which needs neither scripts nor anything from elsewhere. */
export function contractPage(contract: Contract): string {
  const { info, tags, paths, webhooks, components } = contract;
  const { inWords, section } = schemaMarkup(contract);
  const operations = [
    ...Object.entries(paths).map(([path, { post }]) => ({ heading: `POST ${path}`, post })),
    ...Object.values(webhooks).map(({ post }) => ({ heading: "POST to your webhook", post })),
  ];
  const linksOf = (tag: string) =>
    operations
      .filter(({ post }) => post.tags.includes(tag))
      .map(
        ({ heading, post }) =>
          `<li><a href="#${post.operationId}"><code>${escapeHtml(heading)}</code></a> ${sentence(post.summary)}</li>`,
      );

  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(info.title)}: contract</title><style>${style}</style></head>
<body><main><h1>${escapeHtml(info.title)}</h1>
${prose(info.description)}
<p>Version ${escapeHtml(info.version)}. For tools: <a href="/openapi.yaml">openapi.yaml</a>,
<a href="/postman-collection.json">a collection for Postman and Apifox</a>, which signs by itself.</p>
<nav>${tags
    .map(({ name, description }) => `<p>${sentence(description)}</p><ul>${linksOf(name).join("\n")}</ul>`)
    .join("\n")}</nav>
<h2>Who may ask</h2>
${Object.values(components.securitySchemes)
  .map(({ description }) => prose(description))
  .join("\n")}
${operations.map(({ heading, post }) => operationSection(heading, post, inWords)).join("\n")}
<h2>Members</h2>
${Object.entries(components.schemas)
  .map(([name, schema]) => section(name, schema))
  .join("\n")}
</main></body></html>
`;
}
