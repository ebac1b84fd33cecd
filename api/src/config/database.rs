//! Where the database is.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use thiserror::Error;

use super::values;

/// Where the database is and how many connections it gets.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Database")]
pub struct DatabaseArgs {
    /// The database: `sqlite:FILE`, made when it is not there, or `postgres://USER:PASSWORD@HOST/NAME`
    #[arg(
        long,
        env = "DATABASE_URL",
        hide_env_values = true,
        value_name = "URL",
        default_value = "sqlite:tandem.db"
    )]
    pub database_url: DatabaseUrl,
    /// Connections for reading at most; beside them one for writing on SQLite, and half as many on PostgreSQL
    #[arg(long, env = "TANDEM_DATABASE_CONNECTIONS", value_name = "COUNT", default_value = "10",
          value_parser = values::count)]
    pub database_connections: usize,
    /// How long a request waits for a free connection for reading
    #[arg(long, env = "TANDEM_DATABASE_TIMEOUT", value_name = "DURATION", default_value = "5s",
          value_parser = values::timeout)]
    pub database_timeout: Duration,
}

/// The database's address. It can hold a password, which no text made from this type shows.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

/// The kinds of database that are supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// One file, nothing to install.
    Sqlite,
    /// For several replicas.
    Postgres,
}

/// Why an address names no usable database. It never repeats the address, which can hold a password.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum DatabaseUrlError {
    /// Neither of the two kinds.
    #[error("the database url must begin with `sqlite:` or `postgres://`")]
    Scheme,
    /// SQLite without a file.
    #[error("the database url names no file after `sqlite:`")]
    NoFile,
    /// A database in memory is another one for each connection.
    #[error("a database in memory is not supported; name a file after `sqlite:`")]
    Memory,
    /// PostgreSQL without a host or a database name.
    #[error("the database url needs a host and a database name: postgres://user:password@host/name")]
    Incomplete,
}

impl FromStr for DatabaseUrl {
    type Err = Infallible;

    /// Takes any text, since the parser of the command line would print what it refuses;
    /// [`DatabaseUrl::backend`] judges it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.trim().to_owned()))
    }
}

impl DatabaseUrl {
    /// The whole address, password included: for connecting only.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The kind of database.
    ///
    /// # Errors
    /// When the address names no database that is supported.
    pub fn backend(&self) -> Result<Backend, DatabaseUrlError> {
        if let Some(file) = self.0.strip_prefix("sqlite:") {
            let file = file.trim_start_matches("//");
            if file.starts_with(":memory:") || file.contains("mode=memory") {
                return Err(DatabaseUrlError::Memory);
            }
            let named = file.split('?').next().is_some_and(|path| !path.is_empty());
            return if named {
                Ok(Backend::Sqlite)
            } else {
                Err(DatabaseUrlError::NoFile)
            };
        }
        let (_, rest) = self.postgres_parts().ok_or(DatabaseUrlError::Scheme)?;
        let location = rest.rsplit_once('@').map_or(rest, |(_, location)| location);
        let complete = location
            .split('?')
            .next()
            .and_then(|location| location.split_once('/'))
            .is_some_and(|(_, name)| !name.is_empty());
        if complete {
            Ok(Backend::Postgres)
        } else {
            Err(DatabaseUrlError::Incomplete)
        }
    }

    fn postgres_parts(&self) -> Option<(&'static str, &str)> {
        ["postgres://", "postgresql://"]
            .into_iter()
            .find_map(|scheme| self.0.strip_prefix(scheme).map(|rest| (scheme, rest)))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bare = self.0.split('?').next().unwrap_or_default();
        if bare.starts_with("sqlite:") {
            return formatter.write_str(bare);
        }
        let Some((scheme, rest)) = self.postgres_parts() else {
            return formatter.write_str("(not a database url)");
        };
        // A password can hold any character, a question mark and a slash among them.
        match rest.rsplit_once('@') {
            Some((who, location)) => {
                let user = who.split(':').next().unwrap_or_default();
                let location = location.split('?').next().unwrap_or_default();
                write!(formatter, "{scheme}{user}:***@{location}")
            }
            None => write!(
                formatter,
                "{scheme}{}",
                rest.split('?').next().unwrap_or_default()
            ),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DatabaseUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> DatabaseUrl {
        let Ok(url) = text.parse();
        url
    }

    #[test]
    fn the_kind_of_database_is_told_by_its_url() {
        let cases = [
            ("sqlite:tandem.db", Ok(Backend::Sqlite)),
            ("sqlite:///var/lib/tandem.db?mode=rwc", Ok(Backend::Sqlite)),
            ("sqlite::memory:", Err(DatabaseUrlError::Memory)),
            ("sqlite://tandem.db?mode=memory", Err(DatabaseUrlError::Memory)),
            ("sqlite:", Err(DatabaseUrlError::NoFile)),
            ("postgres://u:p@host:5432/tandem", Ok(Backend::Postgres)),
            ("postgresql:///tandem?host=/run/postgresql", Ok(Backend::Postgres)),
            ("postgres://u:p@host", Err(DatabaseUrlError::Incomplete)),
            ("mysql://u:p@host/x", Err(DatabaseUrlError::Scheme)),
            ("", Err(DatabaseUrlError::Scheme)),
        ];
        for (text, expected) in cases {
            assert_eq!(url(text).backend(), expected, "{text}");
        }
    }

    #[test]
    fn no_text_shows_a_password() {
        let cases = [
            "postgres://u:secret@host/db",
            "postgres://u:secret@at@host/db",
            "postgres://u:secret?/x@host/db",
            "postgres://host/db?user=u&password=secret",
            "postgresql://u:p@host/db?sslpassword=secret",
            "mysql://u:secret@host/db",
        ];
        for text in cases {
            let url = url(text);
            let backend = format!("{:?}", url.backend());
            for shown in [format!("{url}"), format!("{url:?}"), backend] {
                assert!(!shown.contains("secret"), "{text} shown as {shown}");
            }
        }
        assert_eq!(
            url("postgres://u:secret@host:5432/db").to_string(),
            "postgres://u:***@host:5432/db"
        );
        assert_eq!(url("sqlite:tandem.db").to_string(), "sqlite:tandem.db");
    }
}
