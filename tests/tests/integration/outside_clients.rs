//! Clients that others wrote, run against the real server.
