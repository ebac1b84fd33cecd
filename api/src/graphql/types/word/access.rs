//! Who is who, and what the audit log notes.

use async_graphql::Enum;
use entity::kinds;

word_list! {
    /// Who an account belongs to.
    AccountKind {
        /// A person, whom an issuer of tokens vouches for.
        Person,
        /// A program.
        App,
    }
}

word_list! {
    /// What an account may act as. Everybody may read what is public.
    Role {
        /// A program that reads for others.
        App,
        /// Sees what concerns their own organisation.
        Member,
        /// Changes what belongs to their own organisation, and speaks for it.
        Editor,
        /// Sees what concerns the money of their own organisation.
        Funder,
        /// Decides on findings.
        Reviewer,
        /// May do everything.
        Administrator,
    }
}

word_list! {
    /// What may be done with a key.
    KeyScope {
        /// Reading only.
        Read,
        /// Reading, and changing what its account may change.
        Write,
    }
}

word_list! {
    /// What an entry of the audit log tells of.
    AuditKind {
        /// Something was changed.
        Change,
        /// Somebody was shown what is not public.
        Read,
    }
}

word_list! {
    /// By which way somebody acted.
    AuditTransport {
        /// A request over HTTP.
        Http,
        /// An operation over a WebSocket.
        Websocket,
        /// The web form of a survey, by its link.
        Form,
        /// A command on the server's machine.
        CommandLine,
        /// The server's own work.
        Server,
    }
}
