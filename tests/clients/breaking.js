// Says what a new schema takes from clients of an old one: node breaking.js OLD.graphql NEW.graphql
import { readFile } from "node:fs/promises";
import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";

const [older, newer] = await Promise.all(
  process.argv.slice(2, 4).map(async (file) => buildSchema(await readFile(file, "utf8"))),
);
const changes = await diff(older, newer);
const breaking = changes.filter((change) => change.criticality.level === CriticalityLevel.Breaking);
for (const change of breaking) console.error(`breaking: ${change.message}`);
console.log(`${changes.length} changes, ${breaking.length} of them breaking`);
process.exitCode = breaking.length === 0 ? 0 : 1;
