//! Free-text search: the words of a text, and the projects that have them.

use std::collections::BTreeMap;

use entity::project;
use entity::project_term::{Column, Entity, Model};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SelectStatement, SimpleExpr};
use uuid::Uuid;

/// A word's longest stored form, in characters.
const LONGEST_TERM: usize = 40;

/// At most so many words of a search count; more add nothing but cost.
const MOST_WORDS: usize = 12;

/// How much more a word in the title counts.
const TITLE_WEIGHT: i32 = 2;

/// Text as it is compared: lower case, no more than one space between words.
#[must_use]
pub fn folded(text: &str) -> String {
    let lower = text.to_lowercase();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a text, folded; a word is a run of letters and digits.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(LONGEST_TERM).collect())
        .collect::<Vec<String>>()
        .into_iter()
}

/// The rows that make a project findable by its words.
#[must_use]
pub fn terms(project_id: Uuid, title: &str, rest: &[&str]) -> Vec<Model> {
    let mut weights: BTreeMap<String, i32> = BTreeMap::new();
    for text in rest {
        weights.extend(words(text).map(|word| (word, 1)));
    }
    weights.extend(words(title).map(|word| (word, TITLE_WEIGHT)));
    weights
        .into_iter()
        .map(|(term, weight)| Model {
            project_id,
            term,
            weight,
        })
        .collect()
}

/// Projects that have every word of the search, each as the beginning of one of theirs.
#[must_use]
pub fn matches(search: &str) -> Condition {
    let mut all = Condition::all();
    for word in words(search).take(MOST_WORDS) {
        all = all.add(Expr::exists(occurrences(&word, 1)));
    }
    all
}

/// How well a project fits: one for each word of the search that its title has.
#[must_use]
pub fn relevance(search: &str) -> SimpleExpr {
    words(search)
        .take(MOST_WORDS)
        .fold(Expr::val(0_i64), |sum, word| {
            let found = Expr::exists(occurrences(&word, TITLE_WEIGHT));
            sum.add(Expr::case(found, 1_i64).finally(0_i64))
        })
}

fn occurrences(word: &str, least_weight: i32) -> SelectStatement {
    let mut query = Query::select();
    query
        .expr(Expr::val(1))
        .from(Entity)
        .and_where(
            Column::ProjectId
                .into_expr()
                .equals((project::Entity, project::Column::Id)),
        )
        .and_where(Column::Term.gte(word))
        .and_where(Column::Term.lt(format!("{word}{}", char::MAX)))
        .and_where(Column::Weight.gte(least_weight));
    query
}
