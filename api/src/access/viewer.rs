//! Who asks.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::kinds::Role;
use uuid::Uuid;

/// A role, and for whom it is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Grant {
    /// What.
    pub role: Role,
    /// For which organisation; `None` where the role is held for the whole catalogue.
    pub organisation: Option<Uuid>,
}

/// What a signature by an account begins with.
const SIGNED: &str = "account:";

/// How histories keep an account.
#[must_use]
pub fn signature_of(account: Uuid) -> String {
    format!("{SIGNED}{account}")
}

/// The account that signed, where one did.
#[must_use]
pub fn signer(signature: &str) -> Option<Uuid> {
    signature.strip_prefix(SIGNED)?.parse().ok()
}

/// Who asks: a person, an app, or nobody that is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Viewer {
    account: Option<Uuid>,
    name: Arc<str>,
    grants: Arc<[Grant]>,
    only_reads: bool,
    until: Option<DateTime<Utc>>,
}

impl Viewer {
    /// Somebody who is known.
    #[must_use]
    pub fn known(account: Uuid, name: &str, grants: Vec<Grant>) -> Self {
        Self {
            account: Some(account),
            name: name.into(),
            grants: grants.into(),
            only_reads: false,
            until: None,
        }
    }

    /// Somebody who is not known, and sees what is public.
    #[must_use]
    pub fn public() -> Self {
        Self::default()
    }

    /// Whoever is at this machine's command line.
    #[must_use]
    pub fn operator() -> Self {
        let everything = Grant {
            role: Role::Administrator,
            organisation: None,
        };
        Self {
            account: None,
            name: "command line".into(),
            grants: Arc::new([everything]),
            only_reads: false,
            until: None,
        }
    }

    /// The same, through a key that may change nothing.
    #[must_use]
    pub fn reading_only(self) -> Self {
        Self {
            only_reads: true,
            ..self
        }
    }

    /// The same, known until a moment: what they showed ends then.
    #[must_use]
    pub fn known_until(self, moment: DateTime<Utc>) -> Self {
        Self {
            until: Some(moment),
            ..self
        }
    }

    /// From when on what they showed lets nobody in any more; `None` where that has no end.
    #[must_use]
    pub fn until(&self) -> Option<DateTime<Utc>> {
        self.until
    }

    /// Whether they came by a key that may change nothing.
    #[must_use]
    pub fn only_reads(&self) -> bool {
        self.only_reads
    }

    /// Whether anything is known of them.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.account.is_some() || !self.grants.is_empty()
    }

    /// The account, unless nobody is known.
    #[must_use]
    pub fn account(&self) -> Option<Uuid> {
        self.account
    }

    /// How histories keep them: by their account, whose name can be erased.
    #[must_use]
    pub fn signature(&self) -> String {
        match self.account {
            Some(account) => signature_of(account),
            None => self.name.to_string(),
        }
    }

    /// What they are called; empty for the public.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Every role that they hold.
    #[must_use]
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// Whether they hold a role for anybody.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }

    /// Whether they may do everything.
    #[must_use]
    pub fn is_administrator(&self) -> bool {
        self.has(Role::Administrator)
    }

    /// Whether they decide on findings.
    #[must_use]
    pub fn is_reviewer(&self) -> bool {
        self.has(Role::Reviewer)
    }

    /// Whether they hold a role for one organisation.
    #[must_use]
    pub fn holds(&self, role: Role, organisation: Uuid) -> bool {
        let wanted = Grant {
            role,
            organisation: Some(organisation),
        };
        self.grants.contains(&wanted)
    }

    /// Whether they see what concerns an organisation: its members and editors do.
    #[must_use]
    pub fn belongs_to(&self, organisation: Uuid) -> bool {
        self.holds(Role::Member, organisation) || self.holds(Role::Editor, organisation)
    }

    /// Whether they change what belongs to an organisation and speak for it.
    #[must_use]
    pub fn speaks_for(&self, organisation: Uuid) -> bool {
        self.holds(Role::Editor, organisation)
    }

    /// The organisations for which they hold a role.
    pub fn organisations(&self, role: Role) -> impl Iterator<Item = Uuid> {
        self.grants
            .iter()
            .filter(move |grant| grant.role == role)
            .filter_map(|grant| grant.organisation)
    }
}
