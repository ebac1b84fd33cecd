"""What schemathesis is told of the schema's own scalars."""

import schemathesis
from hypothesis import strategies
from schemathesis.graphql import nodes

schemathesis.graphql.scalar("BigInt", strategies.integers(-(2**63), 2**63 - 1).map(nodes.Int))
schemathesis.graphql.scalar("Date", strategies.dates().map(str).map(nodes.String))
schemathesis.graphql.scalar("DateTime", strategies.datetimes().map(lambda moment: moment.isoformat() + "Z").map(nodes.String))
schemathesis.graphql.scalar("Upload", strategies.text(max_size=20).map(nodes.String))
