// What a partner's app does with urql and generated types: node client.js http://127.0.0.1:8000
import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import {
  CheckOverlapDocument,
  CreateProjectDocument,
  OverlapFlaggedDocument,
  type OverlapFlaggedSubscription,
  OverlapsDocument,
  ProjectsDocument,
} from "../generated/operations.js";

function claim(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

const [, , url = ""] = process.argv;
const headers = { authorization: `Bearer ${process.env.TANDEM_KEY}` };
const socket = createClient({ url: `${url.replace("http", "ws")}/graphql/ws`, webSocketImpl: WebSocket });
const client = new Client({
  url: `${url}/graphql`,
  preferGetMethod: false,
  fetchOptions: { headers },
  exchanges: [
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: ({ query = "", variables }) => ({
        subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables: { ...variables } }, sink) }),
      }),
    }),
  ],
});

// Every page of projects, by cursor, each project once.
const ids = new Set<string>();
let after: string | null = null;
let total = 0;
do {
  const { data, error } = await client.query(ProjectsDocument, { first: 25, after }).toPromise();
  claim(data !== undefined, `projects: ${error}`);
  for (const project of data.projects.nodes) {
    claim(project.title.length > 0, "a project has a title");
    ids.add(project.id);
  }
  total = data.projects.totalCount;
  after = data.projects.pageInfo.hasNextPage ? (data.projects.pageInfo.endCursor ?? null) : null;
} while (after !== null);
claim(total >= 60 && ids.size === total, `${ids.size} of ${total} projects were paged through`);

const { data: found, error: refused } = await client.query(OverlapsDocument, { first: 5 }).toPromise();
claim(found !== undefined, `overlaps: ${refused}`);
const [best] = found.overlaps.nodes;
claim(best !== undefined, "the demonstration catalogue has overlaps");
claim(best.score > 0 && best.score <= 1 && best.evidence.contributions.length > 0, "the best one says why");

const draft = {
  title: "Sensors against damp and mould in council homes",
  summary:
    "Small wireless sensors in council flats measure temperature and humidity, so that damp and mould are found " +
    "and treated before tenants have to complain about them.",
};
const check = await client.query(CheckOverlapDocument, { input: draft }).toPromise();
claim(check.data?.checkOverlap.outcome === "OVERLAPS_FOUND", `checkOverlap: ${check.error ?? "nothing found"}`);

// The same draft, twice submitted, is flagged to whoever listens.
const flagged = new Promise<OverlapFlaggedSubscription>((resolve, reject) => {
  client.subscription(OverlapFlaggedDocument, {}).subscribe(({ data, error }) => {
    if (error) reject(error);
    else if (data) resolve(data);
  });
});
await new Promise<void>((ready) => socket.on("connected", () => ready()));
for (const title of [draft.title, `${draft.title}, second phase`]) {
  const created = await client.mutation(CreateProjectDocument, { input: { ...draft, title } }).toPromise();
  const payload = created.data?.createProject;
  claim(payload?.project?.title === title, `createProject: ${created.error ?? JSON.stringify(payload?.errors)}`);
}
const { overlapFlagged } = await flagged;
claim(overlapFlagged.score > 0, "the flagged overlap has a score");
console.log(`${total} projects; best overlap: ${best.left.title} | ${best.right.title}; flagged: ${overlapFlagged.left.title}`);
await socket.dispose();
