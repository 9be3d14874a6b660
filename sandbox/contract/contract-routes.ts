import { readFileSync } from "node:fs";
import { contractFile, readContract } from "../../tools/contract/contract.ts";
import { collectionFile } from "../../tools/contract/postman-collection.ts";
import type { HttpResult, Routes } from "../api-gateway.ts";
import { contractPage } from "./contract-page.ts";

/** The contract with partners as a page, as the file that it is made from, and as a collection of signed requests. */
export function contractRoutes(): Routes {
  return {
    "GET /docs": async () => textAnswer("text/html", contractPage(readContract())),
    "GET /openapi.yaml": async () => textAnswer("application/yaml", readFileSync(contractFile, "utf8")),
    "GET /postman-collection.json": async () => textAnswer("application/json", readFileSync(collectionFile, "utf8")),
  };
}

function textAnswer(mediaType: string, body: string): HttpResult {
  return {
    statusCode: 200,
    headers: {
      "Content-Type": `${mediaType}; charset=utf-8`,
      "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    },
    body,
  };
}
