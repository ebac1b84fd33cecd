// GraphQL Yoga with resolvers written by hand: one row by its key, pages by keyset, children by dataloader.
// Arguments: the address of the PostgreSQL database. Prints the address that it listens on.
import { createServer } from "node:http";
import DataLoader from "dataloader";
import { createSchema, createYoga } from "graphql-yoga";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.argv[2], max: 10 });
const grouped = (rows, keys, key) => {
  const groups = new Map(keys.map((id) => [id, []]));
  for (const row of rows) groups.get(row[key])?.push(row);
  return keys.map((id) => groups.get(id));
};
const statement = (name, text) => async (values) => (await pool.query({ name, text, values })).rows;
const project = statement("project", "SELECT * FROM project WHERE id = $1");
const page = statement(
  "page",
  "SELECT * FROM project WHERE status = 'ACTIVE' AND ($2::bigint IS NULL OR change_seq < $2) ORDER BY change_seq DESC LIMIT $1",
);
const participants = statement(
  "participants",
  "SELECT * FROM project_participant WHERE project_id = ANY($1::uuid[]) ORDER BY position, id",
);
const bodies = statement("bodies", "SELECT * FROM organisation WHERE id = ANY($1::uuid[])");

const typeDefs = `
  type Query { project(id: ID!): Project  projects(first: Int!, after: String): [Project!]! }
  type Organisation { id: ID!  name: String! }
  type Participant { role: String!  organisation: Organisation! }
  type Project { id: ID!  title: String!  summary: String!  phase: String  startDate: String  version: Int!
    lead: Organisation  participants(roles: [String!]): [Participant!]! }
`;
const resolvers = {
  Query: {
    project: async (_, { id }) => (await project([id]))[0],
    projects: (_, { first, after }) => page([first, after ?? null]),
  },
  Project: {
    startDate: (row) => row.start_date?.toISOString().slice(0, 10),
    lead: (row, _, { body }) => row.lead_id && body.load(row.lead_id),
    participants: async (row, { roles }, { participantsOf }) =>
      (await participantsOf.load(row.id)).filter((one) => !roles || roles.includes(one.role)),
  },
  Participant: { organisation: (row, _, { body }) => body.load(row.organisation_id) },
};
const context = () => ({
  participantsOf: new DataLoader(async (ids) => grouped(await participants([ids]), ids, "project_id")),
  body: new DataLoader(async (ids) => grouped(await bodies([ids]), ids, "id").map((rows) => rows[0])),
});
const yoga = createYoga({ schema: createSchema({ typeDefs, resolvers }), context, logging: false });
const server = createServer(yoga);
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/graphql`));
