// Runs the GraphQL-over-HTTP audit against a server: node audit.js http://127.0.0.1:8000/graphql
import { serverAudits } from "graphql-http";

const [url] = process.argv.slice(2);
let passed = 0;
const audits = serverAudits({ url });
for (const audit of audits) {
  const { status, reason } = await audit.fn();
  if (status === "ok") passed += 1;
  else console.error(`${status}: ${audit.id} ${audit.name}: ${reason}`);
}
console.log(`${passed} of ${audits.length} audits pass`);
process.exitCode = passed === audits.length && passed > 50 ? 0 : 1;
