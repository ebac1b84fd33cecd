//! What a document comes to when its fragments are expanded, computed without expanding it.

use std::collections::HashMap;

use super::document::{Document, Shape};
use super::{Limits, Refusal};

/// A definition with its fragments counted in.
#[derive(Clone, Copy, Default)]
struct Total {
    fields: usize,
    aliases: usize,
    directives: usize,
    depth: usize,
    introspection_depth: usize,
}

/// Refuses a document that expands beyond `limits` or whose fragments spread themselves.
pub(super) fn measure(document: &Document<'_>, limits: &Limits) -> Result<(), Refusal> {
    let fragments = expand_fragments(document)?;
    let operations = document
        .operations
        .iter()
        .map(|(_, shape)| with_spreads(shape, &fragments));
    let sum = operations
        .chain(fragments.values().copied())
        .fold(Total::default(), |sum, total| Total {
            fields: sum.fields.saturating_add(total.fields),
            aliases: sum.aliases.saturating_add(total.aliases),
            directives: sum.directives.saturating_add(total.directives),
            depth: sum.depth.max(total.depth),
            introspection_depth: sum.introspection_depth.max(total.introspection_depth),
        });
    let checks = [
        (sum.fields, limits.fields, "selects more than", "fields"),
        (sum.aliases, limits.aliases, "has more than", "aliases"),
        (sum.directives, limits.directives, "has more than", "directives"),
        (sum.depth, limits.depth, "is nested deeper than", "fields"),
        (
            sum.introspection_depth,
            limits.introspection_depth,
            "introspects deeper than",
            "fields",
        ),
    ];
    for (found, limit, what, unit) in checks {
        if found > limit {
            let message = format!("the document {what} {limit} {unit} once its fragments are expanded");
            return Err(Refusal::limit(message));
        }
    }
    Ok(())
}

/// Totals of every fragment, each computed once, innermost first, without recursion: a chain of fragments
/// can be as long as the document.
fn expand_fragments<'a>(document: &Document<'a>) -> Result<HashMap<&'a str, Total>, Refusal> {
    let mut totals = HashMap::new();
    let mut on_path: HashMap<&str, bool> = HashMap::new();
    let mut names: Vec<&'a str> = document.fragments.keys().copied().collect();
    names.sort_unstable();
    for root in names {
        let mut pending = vec![root];
        while let Some(&name) = pending.last() {
            let Some(shape) = document.fragments.get(name) else {
                pending.pop();
                continue;
            };
            if totals.contains_key(name) {
                pending.pop();
                continue;
            }
            let inner = shape.spreads.iter().map(|spread| spread.fragment);
            if on_path.insert(name, true) == Some(true) {
                totals.insert(name, with_spreads(shape, &totals));
                on_path.insert(name, false);
                pending.pop();
                continue;
            }
            for fragment in inner.filter(|fragment| !totals.contains_key(fragment)) {
                if on_path.get(fragment) == Some(&true) {
                    let message = format!("fragment `{fragment}` spreads itself");
                    return Err(Refusal::invalid(message));
                }
                pending.push(fragment);
            }
        }
    }
    Ok(totals)
}

/// A definition's own counts and those of the fragments that it spreads. A fragment that does not exist
/// counts nothing: validation reports it.
fn with_spreads(shape: &Shape<'_>, fragments: &HashMap<&str, Total>) -> Total {
    let own = Total {
        fields: shape.fields,
        aliases: shape.aliases,
        directives: shape.directives,
        depth: shape.depth,
        introspection_depth: shape.introspection_depth,
    };
    shape.spreads.iter().fold(own, |mut sum, spread| {
        let inner = fragments.get(spread.fragment).copied().unwrap_or_default();
        sum.fields = sum.fields.saturating_add(inner.fields);
        sum.aliases = sum.aliases.saturating_add(inner.aliases);
        sum.directives = sum.directives.saturating_add(inner.directives);
        let below = |depth: usize| {
            if depth == 0 {
                0
            } else {
                spread.depth.saturating_add(depth)
            }
        };
        let (plain, introspection) = (below(inner.depth), below(inner.introspection_depth));
        if spread.introspection {
            sum.introspection_depth = sum.introspection_depth.max(plain).max(introspection);
        } else {
            sum.depth = sum.depth.max(plain);
            sum.introspection_depth = sum.introspection_depth.max(introspection);
        }
        sum
    })
}
