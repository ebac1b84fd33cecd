//! Everything that is tested over the real server, and the rules that the source itself must keep.

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod outside_clients;
