//! Queries that show what can be asked; ready to run in the browser, and run by a test.

/// A title and a query.
pub const EXAMPLES: [(&str, &str); 3] = [
    (
        "Strongest overlaps",
        r"# Which projects overlap most surely, and why?
query StrongestOverlaps {
  overlaps(first: 5) {
    totalCount
    nodes {
      score
      relation
      left { title lead { name } }
      right { title lead { name } }
      evidence { summary }
    }
  }
}
",
    ),
    (
        "Check a draft",
        r#"# Is somebody doing this already? Nothing of the draft is stored.
query CheckADraft {
  checkOverlap(
    input: {
      title: "Humidity sensors against mould in council flats"
      summary: "We want to fit small wireless sensors for temperature and humidity in our housing stock, to see damp and mould coming before tenants have to complain."
      lead: "Hull City Council"
    }
    first: 5
  ) {
    outcome
    notes
    matches {
      score
      relation
      project { title lead { name } }
      evidence { summary }
    }
  }
}
"#,
    ),
    (
        "Partners for Leeds",
        r#"# Whom should Leeds talk to, and why?
query PartnersForLeeds {
  authority(code: "LDS") {
    name
    partnerSuggestions(first: 5) {
      nodes {
        score
        authority { name region population }
        reasons { detail contribution }
        counterReasons { detail contribution }
      }
    }
  }
}
"#,
    ),
];
