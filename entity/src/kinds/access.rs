//! Who is who, and what the audit log notes.

use async_graphql::Enum;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

word_list! {
    /// Who an account belongs to.
    AccountKind {
        /// A person, whom an issuer of tokens vouches for.
        Person = "PERSON",
        /// A program.
        App = "APP",
    }
}

word_list! {
    /// What an account may act as. Everybody may read what is public.
    Role {
        /// A program that reads for others.
        App = "APP",
        /// Sees what concerns their own organisation.
        Member = "MEMBER",
        /// Changes what belongs to their own organisation, and speaks for it.
        Editor = "EDITOR",
        /// Sees what concerns the money of their own organisation.
        Funder = "FUNDER",
        /// Decides on findings.
        Reviewer = "REVIEWER",
        /// May do everything.
        Administrator = "ADMINISTRATOR",
    }
}

impl Role {
    /// Whether the role is held for one organisation.
    #[must_use]
    pub fn is_for_an_organisation(self) -> bool {
        matches!(self, Self::Member | Self::Editor | Self::Funder)
    }
}

word_list! {
    /// What may be done with a key.
    KeyScope {
        /// Reading only.
        Read = "READ",
        /// Reading, and changing what its account may change.
        Write = "WRITE",
    }
}

word_list! {
    /// What an entry of the audit log tells of.
    AuditKind {
        /// Something was changed.
        Change = "CHANGE",
        /// Somebody was shown what is not public.
        Read = "READ",
    }
}

word_list! {
    /// By which way somebody acted.
    AuditTransport {
        /// A request over HTTP.
        Http = "HTTP",
        /// An operation over a WebSocket.
        Websocket = "WEBSOCKET",
        /// The web form of a survey, by its link.
        Form = "FORM",
        /// A command on the server's machine.
        CommandLine = "COMMAND_LINE",
        /// The server's own work.
        Server = "SERVER",
    }
}
