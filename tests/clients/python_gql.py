"""What an analyst's notebook does with the gql package: python python_gql.py http://127.0.0.1:8000"""

import asyncio
import io
import os
import sys

from gql import Client, FileVar, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.aiohttp_websockets import AIOHTTPWebsocketsTransport
from graphql import GraphQLError

PROJECTS = gql("""
query ($search: String!) {
  projects(search: $search, first: 5) { totalCount nodes { id title lead { name } sources { name url } } }
}
""")
OVERLAPS = gql("""
{ overlaps(first: 3) { nodes { score relation left { title } right { title } evidence { summary } } } }
""")
MISSPELT = gql("{ projects { nodes { titel } } }")
CREATE = gql("""
mutation ($input: CreateProjectInput!) {
  createProject(input: $input) { project { id } errors { code message path } }
}
""")
PREVIEW = gql("""
mutation ($input: PreviewImportInput!) {
  previewImport(input: $input) { job { state created rows { nodes { line outcome title } } } errors { message } }
}
""")
FLAGGED = gql("subscription { overlapFlagged { score left { title } right { title } } }")
KEY = {"authorization": f"Bearer {os.environ['TANDEM_KEY']}"}
DRAFT = {
    "title": "Web assistant for questions about bins",
    "summary": "An automatic assistant on the council website answers residents who ask when their rubbish, recycling "
    "and garden waste are collected, and takes reports of missed bins at any hour.",
}


async def listen(session, ready):
    """The first overlap that is flagged after `ready` is set."""
    stream = session.subscribe(FLAGGED)
    first = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(1)  # The protocol acknowledges no subscription: what is created sooner could be missed.
    ready.set()
    return (await first)["overlapFlagged"]


async def main(url):
    http = AIOHTTPTransport(url=f"{url}/graphql", headers={"graphql-require-preflight": "1", **KEY})
    socket = AIOHTTPWebsocketsTransport(
        url=f"{url.replace('http', 'ws', 1)}/graphql/ws", subprotocols=["graphql-transport-ws"]
    )
    async with (
        Client(transport=http, fetch_schema_from_transport=True) as session,
        Client(transport=socket) as events,
    ):
        projects = (await session.execute(PROJECTS, variable_values={"search": "damp"}))["projects"]
        assert projects["totalCount"] >= 3 and projects["nodes"], projects
        overlaps = (await session.execute(OVERLAPS))["overlaps"]["nodes"]
        assert overlaps and all(0 < overlap["score"] <= 1 for overlap in overlaps), overlaps
        assert overlaps == sorted(overlaps, key=lambda overlap: -overlap["score"]), overlaps
        try:
            await session.execute(MISSPELT)
        except GraphQLError as refusal:
            assert "title" in str(refusal), refusal  # The introspected schema suggests the right name.
        else:
            raise AssertionError("a misspelt field passed the introspected schema")

        file = FileVar(io.BytesIO(b"title;summary\nTrees;Volunteers map the trees\n"), filename="trees.csv", content_type="text/csv")
        payload = (await session.execute(PREVIEW, variable_values={"input": {"file": file}}, upload_files=True))[
            "previewImport"
        ]
        assert payload["errors"] == [] and payload["job"]["created"] == 1, payload
        assert payload["job"]["rows"]["nodes"] == [{"line": 2, "outcome": "CREATED", "title": "Trees"}], payload

        ready = asyncio.Event()
        flagged = asyncio.ensure_future(listen(events, ready))
        await ready.wait()
        for title in (DRAFT["title"], DRAFT["title"] + ", next stage"):
            payload = (await session.execute(CREATE, variable_values={"input": {**DRAFT, "title": title}}))[
                "createProject"
            ]
            assert payload["errors"] == [] and payload["project"]["id"], payload
        overlap = await asyncio.wait_for(flagged, 60)
        print(f"{projects['totalCount']} projects about damp; flagged: {overlap['left']['title']} at {overlap['score']}")


asyncio.run(main(sys.argv[1]))
