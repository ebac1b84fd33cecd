// Generates the types of operations.graphql from a schema: node generate.js schema.graphql
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { codegen } from "@graphql-codegen/core";
import * as typedDocumentNode from "@graphql-codegen/typed-document-node";
import * as typescriptOperations from "@graphql-codegen/typescript-operations";
import { parse } from "graphql";

const [file] = process.argv.slice(2);
const here = new URL(".", import.meta.url);
const operations = await readFile(new URL("operations.graphql", here), "utf8");
const output = await codegen({
  schema: parse(await readFile(file, "utf8")),
  documents: [{ location: "operations.graphql", document: parse(operations) }],
  config: { strictScalars: true, scalars: { BigInt: "number", DateTime: "string", Date: "string", Upload: "File", JSON: "unknown" }, useTypeImports: true },
  filename: "operations.ts",
  pluginMap: { typescriptOperations, typedDocumentNode },
  plugins: [{ typescriptOperations: {} }, { typedDocumentNode: {} }],
});
const folder = new URL("../generated/", here);
await mkdir(folder, { recursive: true });
await writeFile(new URL("operations.ts", folder), output);
