//! Everything that is tested over the real server, and the rules that the source itself must keep.
#![expect(
    clippy::string_slice,
    clippy::type_complexity,
    reason = "a slice out of place fails the test that makes it, and a table of cases is read once"
)]

#[cfg(test)]
mod access;
#[cfg(test)]
mod architecture;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod authorities;
#[cfg(test)]
mod backups;
#[cfg(test)]
mod boards;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod demonstration;
#[cfg(test)]
mod dependencies;
#[cfg(test)]
mod dismissals;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod drafts;
#[cfg(test)]
mod exchange;
#[cfg(test)]
mod failures;
#[cfg(test)]
mod funding_calls;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod import_jobs;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod joint_bids;
#[cfg(test)]
mod learning;
#[cfg(test)]
mod merges;
#[cfg(test)]
mod operation;
#[cfg(test)]
mod organisations;
#[cfg(test)]
mod outcomes;
#[cfg(test)]
mod outside_clients;
#[cfg(test)]
mod overlaps;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod privacy;
#[cfg(test)]
mod projects;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod retries;
#[cfg(test)]
mod reviews;
#[cfg(test)]
mod searching;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod strangers;
#[cfg(test)]
mod surveys;
#[cfg(test)]
mod survival;
#[cfg(test)]
mod sync;
#[cfg(test)]
mod totals;
#[cfg(test)]
mod walks;
