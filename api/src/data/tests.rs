//! Everything shipped parses, agrees with itself and says where it is from.

use std::collections::HashSet;

use entity::kinds::OrganisationKind;

use super::*;

fn reference() -> &'static Reference {
    load().expect("the shipped data parses")
}

#[test]
fn every_shipped_file_parses_and_is_complete() {
    let data = reference();
    let uk = data
        .authorities
        .iter()
        .filter(|a| a.nation != "United States")
        .count();
    let current = data
        .authorities
        .iter()
        .filter(|a| a.code.is_some() && a.end.is_none())
        .count();
    assert_eq!((uk, current, data.authorities.len()), (470, 397, 474));
    assert_eq!(data.projects.len(), 62);
    assert!(
        (60..=120).contains(&data.themes.len()),
        "{} themes",
        data.themes.len()
    );
    assert!(
        (80..=120).contains(&data.technologies.len()),
        "{} technologies",
        data.technologies.len()
    );
    assert!(data.places.len() > 800 && data.places.iter().any(|p| p.name == "Reading" && p.ordinary_word));
}

#[test]
fn nothing_is_there_twice() {
    let data = reference();
    let once = |mut words: Vec<String>| {
        words.sort();
        let twice: Vec<_> = words
            .windows(2)
            .filter(|pair| pair[0] == pair[1])
            .map(|pair| pair[0].clone())
            .collect();
        assert!(twice.is_empty(), "twice: {twice:?}");
    };
    let keys = data
        .authorities
        .iter()
        .map(|a| &a.key)
        .chain(data.bodies.iter().map(|b| &b.key));
    once(keys.map(|key| key.0.clone()).collect());
    once(data.authorities.iter().flat_map(AuthorityFacts::codes).collect());
    once(data.projects.iter().map(|p| p.id.clone()).collect());
    once(data.places.iter().map(|p| p.name.to_lowercase()).collect());
    for list in [&data.themes, &data.technologies] {
        once(list.iter().map(|term| term.slug.clone()).collect());
        let words = list
            .iter()
            .flat_map(|term| std::iter::once(&term.label).chain(&term.synonyms));
        once(words.map(|word| word.to_lowercase()).collect());
    }
}

#[test]
fn every_code_that_an_authority_names_exists() {
    let data = reference();
    let current = |code: &String| data.authority(code).is_some_and(|a| a.end.is_none());
    for authority in &data.authorities {
        let own = &authority.name;
        assert!(
            authority
                .county
                .iter()
                .chain(&authority.combined_authority)
                .all(|c| data.authority(c).is_some()),
            "{own}"
        );
        assert!(
            authority.border.iter().chain(&authority.near).all(current),
            "{own}: neighbours"
        );
        assert_eq!(
            authority.end.is_some(),
            !authority.successors.is_empty(),
            "{own}: successors"
        );
        for successor in &authority.successors {
            let heir = data.authority(successor).expect("a successor is an authority");
            let gap = heir
                .start
                .zip(authority.end)
                .map(|(start, end)| (start - end).num_days());
            assert!(
                heir.start.is_none() || gap == Some(1),
                "{own}: {successor} began {gap:?} days later"
            );
        }
    }
}

#[test]
fn neighbours_are_mutual_and_never_both_kinds() {
    let data = reference();
    for authority in data.authorities.iter().filter(|a| a.code.is_some()) {
        let code = authority.code.as_ref().expect("filtered");
        for (list, kind) in [(&authority.border, "border"), (&authority.near, "near")] {
            for other in list {
                let other = data.authority(other).expect("tested above");
                let back = if kind == "border" {
                    &other.border
                } else {
                    &other.near
                };
                assert!(back.contains(code), "{} {kind} {}", authority.name, other.name);
            }
        }
        assert!(
            authority
                .border
                .iter()
                .all(|b| !authority.near.contains(b) && b != code),
            "{}",
            authority.name
        );
    }
    let leeds = data.authority("LDS").expect("Leeds");
    assert_eq!(
        leeds.border,
        ["BRD", "KIR", "NYE", "WKF"],
        "Harrogate and Selby are North Yorkshire now"
    );
}

#[test]
fn every_project_resolves_and_says_where_it_is_from() {
    let data = reference();
    let ids: HashSet<&str> = data.projects.iter().map(|p| p.id.as_str()).collect();
    for project in &data.projects {
        let id = &project.id;
        for key in std::iter::once(&project.lead)
            .chain(&project.partners)
            .chain(&project.funder)
        {
            assert!(data.organisation_name(key).is_some(), "{id}: {key:?}");
        }
        assert!(
            !project.partners.contains(&project.lead),
            "{id}: its lead is its partner"
        );
        assert!(
            project
                .sources
                .iter()
                .all(|s| s.starts_with("https://") || s.starts_with("http://")),
            "{id}"
        );
        assert!(!project.sources.is_empty() && project.summary.len() > 40, "{id}");
        assert!(
            project
                .themes
                .iter()
                .all(|s| data.themes.iter().any(|t| t.slug == *s)),
            "{id}: themes"
        );
        assert!(
            project
                .technologies
                .iter()
                .all(|s| data.technologies.iter().any(|t| t.slug == *s)),
            "{id}"
        );
        assert!(
            project
                .relations
                .iter()
                .all(|r| ids.contains(r.to.as_str()) && r.to != *id),
            "{id}: relations"
        );
    }
    assert!(
        data.bodies
            .iter()
            .all(|b| b.kind != OrganisationKind::LocalAuthority)
    );
}

#[test]
fn every_project_has_a_sound_amount_period_and_phase() {
    for project in &reference().projects {
        let id = &project.id;
        assert!(
            project.award.iter().chain(&project.budget).all(|a| a.pence > 0),
            "{id}: money"
        );
        let period = project.start.zip(project.end);
        assert!(
            period.is_none_or(|(start, end)| start.date <= end.date),
            "{id}: period"
        );
        assert_ne!(
            project.phase.is_some(),
            project.stage.is_some(),
            "{id}: either a phase or the source's word"
        );
    }
}

#[test]
fn lead_and_partners_existed_when_the_project_began() {
    let data = reference();
    for project in &data.projects {
        let Some(day) = project.start.map(|s| s.date).or(project.announced) else {
            continue;
        };
        for key in std::iter::once(&project.lead).chain(&project.partners) {
            let known = data.authorities.iter().find(|a| a.key == *key);
            assert!(
                known.is_none_or(|a| a.existed_on(day)),
                "{}: {key:?} on {day}",
                project.id
            );
        }
    }
}

#[test]
fn a_broken_line_is_named() {
    let error = json_lines::<Term>(
        "themes.jsonl",
        "{\"slug\":\"a\",\"label\":\"A\",\"synonyms\":[]}\n{\"slug\":1}",
    )
    .expect_err("the second line is broken");
    assert_eq!((error.file, error.line), ("themes.jsonl", 2));
}
