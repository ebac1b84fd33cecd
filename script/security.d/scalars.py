"""What schemathesis is told of the schema's own scalars, and of its codes of errors."""

import schemathesis
from hypothesis import strategies
from schemathesis.graphql import nodes
from schemathesis.specs.graphql import validation

schemathesis.graphql.scalar("BigInt", strategies.integers(-(2**63), 2**63 - 1).map(nodes.Int))
schemathesis.graphql.scalar("Date", strategies.dates().map(str).map(nodes.String))
schemathesis.graphql.scalar("DateTime", strategies.datetimes().map(lambda moment: moment.isoformat() + "Z").map(nodes.String))
schemathesis.graphql.scalar("Upload", strategies.text(max_size=20).map(nodes.String))

# It knows Apollo's codes. Ours that say "you" are the client's; the one that says "we" is a fault whatever stands beside it.
validation.CLIENT_ERROR_MARKERS |= {"CONFLICT", "FORBIDDEN", "LIMIT_EXCEEDED", "NOT_FOUND", "RATE_LIMITED", "UNAUTHENTICATED"}
validation.SERVER_ERROR_MARKERS |= {"INTERNAL"}
