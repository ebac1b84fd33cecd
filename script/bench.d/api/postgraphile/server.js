// PostGraphile over the tables as they are. Arguments: the address of the PostgreSQL database. Prints the address
// that it listens on.
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";

const handler = postgraphile(process.argv[2], "public", {
  disableQueryLog: true,
  dynamicJson: true,
  legacyRelations: "omit",
});
const server = createServer(handler);
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/graphql`));
