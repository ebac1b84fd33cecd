//! The fields of organisations that are at hand.

use entity::organisation::Model;

use super::{Authority, Organisation, OtherOrganisation};
use crate::graphql::at_hand::{Given, Shown, text, word};
use crate::graphql::id::{Kind, encode};

const INTERFACES: &[&str] = &["Node", "Organisation"];

fn give(row: &Model, field: &str) -> Option<Given<'static>> {
    Some(match field {
        "id" => text(Some(&encode(Kind::Organisation, row.id))),
        "name" => text(Some(&row.name)),
        "kind" => word(Some(row.kind)),
        "code" => text(row.code.as_deref()),
        "gss" => text(row.gss.as_deref()),
        "nation" => text(row.nation.as_deref()),
        "region" => text(row.region.as_deref()),
        _ => return None,
    })
}

impl Shown for Authority {
    fn type_name(&self) -> &'static str {
        "Authority"
    }

    fn interfaces(&self) -> &'static [&'static str] {
        INTERFACES
    }

    fn give(&self, field: &str) -> Option<Given<'_>> {
        give(&self.0, field)
    }
}

impl Shown for OtherOrganisation {
    fn type_name(&self) -> &'static str {
        "OtherOrganisation"
    }

    fn interfaces(&self) -> &'static [&'static str] {
        INTERFACES
    }

    fn give(&self, field: &str) -> Option<Given<'_>> {
        give(&self.0, field)
    }
}

impl Shown for Organisation {
    fn type_name(&self) -> &'static str {
        match self {
            Self::Authority(body) => body.type_name(),
            Self::OtherOrganisation(body) => body.type_name(),
        }
    }

    fn interfaces(&self) -> &'static [&'static str] {
        INTERFACES
    }

    fn give(&self, field: &str) -> Option<Given<'_>> {
        match self {
            Self::Authority(body) => body.give(field),
            Self::OtherOrganisation(body) => body.give(field),
        }
    }
}
