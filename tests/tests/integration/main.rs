//! Everything that is tested over the real server, and the rules that the source itself must keep.

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod authorities;
#[cfg(test)]
mod demonstration;
#[cfg(test)]
mod drafts;
#[cfg(test)]
mod failures;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod outside_clients;
#[cfg(test)]
mod overlaps;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod projects;
#[cfg(test)]
mod refusals;
