//! For how long personal data are kept.

use clap::Args;

use crate::service::privacy::retention::Retention;

/// For how many days personal data are kept once they have served their purpose.
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "Retention")]
pub struct RetentionArgs {
    /// Days for which the audit log keeps the addresses that requests came from
    #[arg(long, env = "TANDEM_RETAIN_ADDRESSES", value_name = "DAYS", default_value_t = 90, value_parser = days())]
    pub retain_addresses: u32,
    /// Days after the end of a survey's round for which is kept whom links were sent to and who answered
    #[arg(long, env = "TANDEM_RETAIN_RESPONDENTS", value_name = "DAYS", default_value_t = 365, value_parser = days())]
    pub retain_respondents: u32,
    /// Days after its closing for which an account's name and what it wrote to others are kept
    #[arg(long, env = "TANDEM_RETAIN_CLOSED_ACCOUNTS", value_name = "DAYS", default_value_t = 365, value_parser = days())]
    pub retain_closed_accounts: u32,
    /// Days for which keys are kept that let nobody in any more
    #[arg(long, env = "TANDEM_RETAIN_DEAD_KEYS", value_name = "DAYS", default_value_t = 365, value_parser = days())]
    pub retain_dead_keys: u32,
    /// Days for which a creation that is sent again is known by its idempotency key
    #[arg(long, env = "TANDEM_RETAIN_RETRIES", value_name = "DAYS", default_value_t = 30, value_parser = days())]
    pub retain_retries: u32,
    /// Days after an import's end for which the name of its file is kept
    #[arg(long, env = "TANDEM_RETAIN_FILE_NAMES", value_name = "DAYS", default_value_t = 365, value_parser = days())]
    pub retain_file_names: u32,
}

/// A century.
const LONGEST_DAYS: i64 = 36_525;

fn days() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..=LONGEST_DAYS)
}

impl RetentionArgs {
    /// The same, as the service has it.
    #[must_use]
    pub fn retention(self) -> Retention {
        Retention {
            addresses_days: self.retain_addresses,
            respondents_days: self.retain_respondents,
            closed_accounts_days: self.retain_closed_accounts,
            dead_keys_days: self.retain_dead_keys,
            retries_days: self.retain_retries,
            file_names_days: self.retain_file_names,
        }
    }
}
