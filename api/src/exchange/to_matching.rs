//! A project of a file as the matcher sees it.

use super::record::{Amount, PartialDate, ProjectRecord};
use super::value::date::last_day;
use chrono::NaiveDate;
use matching::{Day, Money, Party, Period, Record};

/// Finds what identifies the body of this name; `None` when nobody knows.
pub type Resolver<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// Takes over every fact that counts. A date known to the year begins on its first day and ends on its
/// last. An award's giver is known only where the record names exactly one funder.
#[must_use]
pub fn record(project: &ProjectRecord, resolve: Resolver<'_>) -> Record {
    let party = |name: &String| Party {
        id: resolve(name),
        name: name.clone(),
    };
    let known = |name: &String| resolve(name).unwrap_or_else(|| name.clone());
    let funder = match project.funders.as_slice() {
        [one] => Some(known(one)),
        _ => None,
    };
    let budget = project.budget.iter().map(|amount| money(amount, None));
    let award = project.awards.iter().map(|award| {
        // The first funder of several stands for an award only because no better was told.
        let named = award
            .funder
            .as_ref()
            .filter(|name| project.funders.first() != Some(name));
        money(&award.amount, named.map(known).or_else(|| funder.clone()))
    });
    Record {
        meaning: None,
        title: project.title.clone(),
        summary: project.summary.clone(),
        lead: project.lead.as_ref().map(party),
        partners: project.partners.iter().map(party).collect(),
        themes: project.themes.clone(),
        technologies: project.technologies.clone(),
        programme: project.programme.clone(),
        phase: project.phase.map(phase),
        period: period(project.start, project.end),
        money: budget.chain(award).collect(),
        declared: Vec::new(),
    }
}

/// The days between the first that fits and the last that fits.
#[must_use]
pub fn period(start: Option<PartialDate>, end: Option<PartialDate>) -> Period {
    Period {
        start: start.map(|start| day(start.date)),
        end: end.map(|end| day(last_day(end))),
    }
}

/// The matcher's count of days.
#[must_use]
pub fn day(date: NaiveDate) -> Day {
    let days = date.signed_duration_since(NaiveDate::default()).num_days();
    // A calendar date lies within a hundred million days of 1970.
    Day(i32::try_from(days).unwrap_or(i32::MAX))
}

fn money(amount: &Amount, funder: Option<String>) -> Money {
    Money {
        minor: amount.minor,
        currency: amount.currency.clone(),
        funder,
    }
}

/// The same stage in the matcher's words.
#[must_use]
pub fn phase(phase: entity::kinds::Phase) -> matching::Phase {
    use entity::kinds::Phase;
    match phase {
        Phase::Concept => matching::Phase::Concept,
        Phase::Discovery => matching::Phase::Discovery,
        Phase::Alpha => matching::Phase::Alpha,
        Phase::Beta => matching::Phase::Beta,
        Phase::Live => matching::Phase::Live,
        Phase::Retired => matching::Phase::Retired,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::kinds::DatePrecision;

    #[test]
    fn facts_arrive_whole_and_dates_as_the_days_that_fit() {
        let year = |year| {
            Some(PartialDate {
                date: NaiveDate::from_ymd_opt(year, 1, 1).unwrap(),
                precision: DatePrecision::Year,
            })
        };
        let project = ProjectRecord {
            title: "T".into(),
            lead: Some("Leeds City Council".into()),
            partners: vec!["York".into()],
            funders: vec!["MHCLG".into()],
            start: year(1970),
            end: year(1971),
            awards: vec![super::super::record::AwardRecord {
                funder: Some("MHCLG".into()),
                amount: Amount {
                    minor: 500,
                    currency: "GBP".into(),
                },
                awarded_on: None,
            }],
            ..ProjectRecord::default()
        };
        let found = record(&project, &|name| {
            (name == "Leeds City Council").then(|| "LDS".to_owned())
        });
        assert_eq!(
            found.lead,
            Some(Party {
                id: Some("LDS".into()),
                name: "Leeds City Council".into()
            })
        );
        assert_eq!(
            found.partners,
            [Party {
                id: None,
                name: "York".into()
            }]
        );
        assert_eq!(
            found.period,
            Period {
                start: Some(Day(0)),
                end: Some(Day(729))
            }
        );
        assert_eq!(
            found.money,
            [Money {
                minor: 500,
                currency: "GBP".into(),
                funder: Some("MHCLG".into())
            }]
        );
    }
}
