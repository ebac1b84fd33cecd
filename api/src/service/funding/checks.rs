//! What a funding call may say, and which of its rules contradict each other.

use super::draft::{CallDraft, basis_points};
use crate::error::{ApiError, UserError, UserErrorCode};
use crate::exchange::record::Amount;
use crate::service::project::bounded_text;

/// The longest title, in characters.
const LONGEST_TITLE: usize = 500;

/// The longest description, in characters: calls are pasted whole.
const LONGEST_DESCRIPTION: usize = 100_000;

/// The longest web address, in characters.
const LONGEST_ADDRESS: usize = 2_000;

/// The longest topic, theme, nation or name, in characters.
const LONGEST_LABEL: usize = 300;

/// The most entries of any list.
const MOST_ENTRIES: usize = 100;

/// The most partners or bids that a rule may speak of.
const LARGEST_COUNT: i32 = 1_000;

/// More than this is a slip of the keyboard: a million million, in minor units.
const LARGEST_SUM: i64 = 100_000_000_000_000;

/// The most quotas of nations: the solver counts each apart.
const MOST_QUOTAS: usize = 20;

pub(super) fn texts(told: &CallDraft, mistakes: &mut Vec<UserError>) {
    let mut text = |path: &[&str], text: &str, longest| {
        if let Err(ApiError::BadInput(errors)) = bounded_text(path, text, longest) {
            mistakes.extend(errors);
        }
    };
    text(&["title"], &told.title, LONGEST_TITLE);
    text(&["description"], &told.description, LONGEST_DESCRIPTION);
    for (field, value, longest) in [
        ("funderName", &told.funder_name, LONGEST_LABEL),
        ("url", &told.url, LONGEST_ADDRESS),
    ] {
        if let Some(value) = value {
            text(&[field], value, longest);
        }
    }
    for (field, list) in [
        ("topics", &told.topics),
        ("nations", &told.nations),
        ("themes", &told.themes),
    ] {
        for (place, value) in list.iter().enumerate() {
            text(&[field, &place.to_string()], value, LONGEST_LABEL);
        }
    }
    for (field, length) in [
        ("topics", told.topics.len()),
        ("nations", told.nations.len()),
        ("themes", told.themes.len()),
    ] {
        if length > MOST_ENTRIES {
            let message = format!("at most {MOST_ENTRIES} entries");
            mistakes.push(UserError::new(UserErrorCode::TooLong, &[field], message));
        }
    }
    if told.title.is_empty() {
        mistakes.push(UserError::new(
            UserErrorCode::Required,
            &["title"],
            "a title is needed",
        ));
    }
    let web = |address: &String| address.starts_with("https://") || address.starts_with("http://");
    if told.url.as_ref().is_some_and(|address| !web(address)) {
        let message = "a web address that begins with https:// or http:// is expected";
        mistakes.push(UserError::new(UserErrorCode::Invalid, &["url"], message));
    }
}

fn sums(told: &CallDraft) -> [(&'static str, Option<&Amount>); 4] {
    [
        ("purse", told.purse.as_ref()),
        ("leastGrant", told.least_grant.as_ref()),
        ("mostGrant", told.most_grant.as_ref()),
        ("mostGrantEach", told.most_grant_each.as_ref()),
    ]
}

/// Checks the sums; returns their currency, sterling where there are none.
pub(super) fn money(told: &CallDraft, mistakes: &mut Vec<UserError>) -> String {
    let known = sums(told)
        .into_iter()
        .filter_map(|(field, sum)| Some((field, sum?)));
    let known: Vec<(&str, &Amount)> = known.collect();
    let currency = known
        .first()
        .map_or("GBP", |(_, sum)| sum.currency.as_str())
        .to_owned();
    for (field, sum) in &known {
        if sum.currency != currency {
            let message = format!("all sums of a call are in one currency; another is in {currency}");
            mistakes.push(UserError::new(
                UserErrorCode::Conflict,
                &[field, "currency"],
                message,
            ));
        }
        if !(1..=LARGEST_SUM).contains(&sum.minor) {
            let message = "a sum above nothing and below a million million is expected";
            mistakes.push(UserError::new(UserErrorCode::OutOfRange, &[field], message));
        }
    }
    currency
}

pub(super) fn counts(told: &CallDraft, mistakes: &mut Vec<UserError>) {
    for (field, count, least) in [
        ("fewestPartners", told.fewest_partners, 0),
        ("mostPartners", told.most_partners, 0),
        ("mostLed", told.most_led, 1),
    ] {
        if count.is_some_and(|count| !(least..=LARGEST_COUNT).contains(&count)) {
            let message = format!("a number from {least} to {LARGEST_COUNT} is expected");
            mistakes.push(UserError::new(UserErrorCode::OutOfRange, &[field], message));
        }
    }
    for (place, quota) in told.quotas.iter().enumerate() {
        let place = place.to_string();
        if !(1..=LARGEST_COUNT).contains(&quota.fewest) {
            let message = format!("a number from 1 to {LARGEST_COUNT} is expected");
            mistakes.push(UserError::new(
                UserErrorCode::OutOfRange,
                &["nationQuotas", &place, "fewest"],
                message,
            ));
        }
        let path = ["nationQuotas", place.as_str(), "nation"];
        if quota.nation.is_empty() {
            mistakes.push(UserError::new(
                UserErrorCode::Required,
                &path,
                "a nation is needed",
            ));
        } else if let Err(ApiError::BadInput(errors)) = bounded_text(&path, &quota.nation, LONGEST_LABEL) {
            mistakes.extend(errors);
        }
    }
    if told.quotas.len() > MOST_QUOTAS {
        let message = format!("at most {MOST_QUOTAS} entries");
        mistakes.push(UserError::new(UserErrorCode::TooLong, &["nationQuotas"], message));
    }
    for (place, rate) in told.match_rates.iter().enumerate() {
        let place = place.to_string();
        if basis_points(rate.percent).is_none() {
            let message = "per cent from 0 to 100 with at most two decimals are expected";
            mistakes.push(UserError::new(
                UserErrorCode::OutOfRange,
                &["matchRates", &place, "percent"],
                message,
            ));
        }
        let before = told
            .match_rates
            .iter()
            .take_while(|other| !std::ptr::eq(*other, rate));
        if before.into_iter().any(|other| other.kind == rate.kind) {
            let message = "this kind has a rate already";
            mistakes.push(UserError::new(
                UserErrorCode::Duplicate,
                &["matchRates", &place, "kind"],
                message,
            ));
        }
    }
}

/// Rules that no bid could keep together.
pub(super) fn contradictions(told: &CallDraft, mistakes: &mut Vec<UserError>) {
    let mut say = |path: &[&str], message: String| {
        mistakes.push(UserError::new(UserErrorCode::Conflict, path, message));
    };
    if let Some((fewest, most)) = told.fewest_partners.zip(told.most_partners)
        && fewest > most
    {
        say(
            &["mostPartners"],
            format!("fewer than the {fewest} partners that a bid must have"),
        );
    }
    let above = |left: &Option<Amount>, right: &Option<Amount>| {
        let pair = left.as_ref().zip(right.as_ref());
        pair.is_some_and(|(left, right)| left.currency == right.currency && left.minor > right.minor)
    };
    if above(&told.least_grant, &told.most_grant) {
        say(
            &["mostGrant"],
            "less than the least that a bid may ask for".to_owned(),
        );
    }
    for (field, sum) in [
        ("leastGrant", &told.least_grant),
        ("mostGrant", &told.most_grant),
        ("mostGrantEach", &told.most_grant_each),
    ] {
        if above(sum, &told.purse) {
            say(&[field], "more than there is in the purse".to_owned());
        }
    }
    if above(&told.most_grant_each, &told.most_grant) {
        say(
            &["mostGrantEach"],
            "more than is granted to the whole bid".to_owned(),
        );
    }
    if let Some((least, each, most)) = least_beyond_reach(told) {
        say(
            &["leastGrant"],
            format!("{most} members at most of {each} each cannot ask for {least}"),
        );
    }
    for (place, kind) in told.lead_kinds.iter().enumerate() {
        if !told.member_kinds.is_empty() && !told.member_kinds.contains(kind) {
            let message = format!("{} may lead but may not take part", kind.as_str());
            say(&["leadKinds", &place.to_string()], message);
        }
    }
    for (place, rate) in told.match_rates.iter().enumerate() {
        if !told.member_kinds.is_empty() && !told.member_kinds.contains(&rate.kind) {
            let message = format!("{} must match but may not take part", rate.kind.as_str());
            say(&["matchRates", &place.to_string(), "kind"], message);
        }
    }
    quotas(told, &mut say);
}

fn quotas(told: &CallDraft, say: &mut impl FnMut(&[&str], String)) {
    let same = |left: &str, right: &str| left.to_lowercase() == right.to_lowercase();
    for (place, quota) in told.quotas.iter().enumerate() {
        let path = ["nationQuotas", &place.to_string(), "nation"];
        if !told.nations.is_empty() && !told.nations.iter().any(|nation| same(nation, &quota.nation)) {
            say(
                &path,
                format!(
                    "members in {} are asked for, but none may lie there",
                    quota.nation
                ),
            );
        }
        let before = told.quotas.iter().take(place);
        if before.into_iter().any(|other| same(&other.nation, &quota.nation)) {
            say(&path, "this nation has a number already".to_owned());
        }
    }
    let asked: i64 = told.quotas.iter().map(|quota| i64::from(quota.fewest)).sum();
    if let Some(most) = told.most_partners
        && asked > i64::from(most) + 1
    {
        let message = format!(
            "{asked} members are asked for, but a bid has at most {}",
            i64::from(most) + 1
        );
        say(&["nationQuotas"], message);
    }
}

/// The least grant, what each may get, and how many there may be, where the first is more than the others give.
fn least_beyond_reach(told: &CallDraft) -> Option<(i64, i64, i64)> {
    let (least, each) = (told.least_grant.as_ref()?, told.most_grant_each.as_ref()?);
    let most = i64::from(told.most_partners?) + 1;
    let beyond = least.currency == each.currency && each.minor.saturating_mul(most) < least.minor;
    beyond.then_some((least.minor, each.minor, most))
}
