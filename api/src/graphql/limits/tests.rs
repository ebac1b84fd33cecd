use super::*;

fn check(source: &str) -> Result<Operation, Refusal> {
    inspect(source, None, &Limits::default())
}

#[track_caller]
fn over_limit(source: &str, expected: &str) {
    let refusal = check(source).unwrap_err();
    assert!(
        refusal.over_limit && refusal.message.contains(expected),
        "{refusal:?}"
    );
}

#[track_caller]
fn malformed(source: &str) {
    let refusal = check(source).unwrap_err();
    assert!(!refusal.over_limit, "{source}: {refusal:?}");
}

#[test]
fn ordinary_documents_pass() {
    let documents = [
        "{ a }",
        "\u{feff}query Q($a: [Int!]! = [1, 2] @d, $b: In = {c: {d: \"e\"}}) @x(y: $a) { a: b(c: -1.5e+3) @skip(if: true) { ...F ... on T { g } ... @include(if: $b) { h } ... { i } } } fragment F on T @d { j }",
        "mutation { a(b: null, c: true, d: ENUM, e: [], f: {}) { id } }",
        "subscription S { on }",
        "{ query mutation fragment on: type }",
        "# a comment { [[[ \n{ a # another }}}\r}",
    ];
    for document in documents {
        check(document).unwrap_or_else(|refusal| panic!("{document}: {refusal:?}"));
    }
}

#[test]
fn brackets_within_strings_and_comments_are_text() {
    let brackets = "[{(".repeat(2_000);
    for string in [
        format!("\"{brackets}\""),
        format!("\"\"\"{brackets}\n\\\"\"\"{brackets}\"\" \"\"\""),
    ] {
        check(&format!("{{ a(b: {string}) }}")).unwrap();
    }
    check(&format!("{{ a #{brackets}\n}}")).unwrap();
}

#[test]
fn a_string_ends_where_the_specification_says() {
    check(r#"{ a(b: "\\", c: "\"", d: "\u00e9\n", e: "") }"#).unwrap();
    check(r#"{ a(b: """x\""" \ \\ """) }"#).unwrap();
    check(r#"{ a(b: """""", c: """ "" """) }"#).unwrap();
    malformed(r#"{ a(b: "\") }"#);
    malformed("{ a(b: \"x\ny\") }");
    malformed(r#"{ a(b: "\x") }"#);
    malformed(r#"{ a(b: "\uD83D") }"#);
    malformed(r#"{ a(b: "\u12") }"#);
    malformed(r#"{ a(b: """x\""") }"#);
    malformed(r#"{ a(b: """x\\""") }"#);
}

#[test]
fn malformed_documents_are_refused_with_their_place() {
    let documents = [
        "",
        "   ",
        "{",
        "}",
        "{}",
        "{ a",
        "{ a }}",
        "{ a(b) }",
        "{ a(b:) }",
        "{ a(b: 01) }",
        "{ a(b: 1.) }",
        "{ a(b: 1x) }",
        "query",
        "fragment on on T { a }",
        "fragment F { a }",
        "{ ... on }",
        "{ .. F }",
        "{ a? }",
        "query Q(a: Int) { a }",
        "{ a(b: $) }",
        "{ é }",
        "type T { a: Int }",
        "{ a } { b }",
    ];
    for document in documents {
        malformed(document);
    }
    let refusal = check("{\r\n  a(b: ?)\n}").unwrap_err();
    assert_eq!(refusal.location, Some((2, 8)));
}

#[test]
fn deep_literals_are_refused_wherever_they_stand() {
    let deep = format!("{}{}", "[".repeat(17), "]".repeat(17));
    for document in [
        format!("{{ a(b: {deep}) }}"),
        format!("query ($v: T = {deep}) {{ a }}"),
        format!("{{ a @d(b: {deep}) }}"),
        format!("query Q @d(b: {deep}) {{ a }}"),
    ] {
        over_limit(&document, "nested deeper than 16 levels");
    }
    let fine = format!("{}{}", "[".repeat(16), "]".repeat(16));
    check(&format!("{{ a(b: {fine}) }}")).unwrap();
}

#[test]
fn fields_are_counted_as_if_expanded() {
    let mut bomb = String::from("{ ...F0 }");
    for level in 0..200 {
        bomb.push_str(&format!(
            " fragment F{level} on T {{ ...F{0} ...F{0} }}",
            level + 1
        ));
    }
    bomb.push_str(" fragment F200 on T { a }");
    over_limit(&bomb, "fields");
    over_limit(&format!("{{ {} }}", "a ".repeat(3_001)), "fields");
    check(&format!("{{ {} }}", "a ".repeat(3_000))).unwrap();
}

#[test]
fn fragments_that_spread_themselves_are_refused() {
    for document in [
        "{ ...A } fragment A on T { ...A }",
        "{ a } fragment A on T { b { ...B } } fragment B on T { ...C } fragment C on T { x ...A }",
    ] {
        let refusal = check(document).unwrap_err();
        assert!(refusal.message.contains("spreads itself"), "{refusal:?}");
    }
    check("{ ...A ...B } fragment A on T { ...B ...B } fragment B on T { x }").unwrap();
}

#[test]
fn a_long_chain_of_fragments_is_measured_without_recursion() {
    let mut chain = String::from("{ ...F0 }");
    for level in 0..900 {
        chain.push_str(&format!(" fragment F{level} on T {{ ...F{} }}", level + 1));
    }
    chain.push_str(" fragment F900 on T { a }");
    check(&chain).unwrap();
}

#[test]
fn aliases_and_directives_are_counted_as_if_expanded() {
    let aliases: String = (0..60).map(|number| format!("a{number}: a ")).collect();
    check(&format!("{{ {aliases} }}")).unwrap();
    over_limit(
        &format!("{{ ...F b {{ ...F }} }} fragment F on T {{ {aliases} }}"),
        "aliases",
    );
    over_limit(&format!("{{ a {} }}", "@d ".repeat(101)), "directives");
}

#[test]
fn depth_counts_through_fragments_and_spares_introspection() {
    let nest = |name: &str, levels: usize| {
        format!("{}x{}", format!("{name} {{ ").repeat(levels), " }".repeat(levels))
    };
    check(&format!("{{ {} }}", nest("a", 14))).unwrap();
    over_limit(&format!("{{ {} }}", nest("a", 15)), "nested deeper than 15");
    let split = format!("{{ a {{ ...F }} }} fragment F on T {{ {} }}", nest("a", 14));
    over_limit(&split, "nested deeper than 15");
    check(&format!("{{ __schema {{ {} }} }}", nest("ofType", 20))).unwrap();
    check(&format!(
        "{{ __type(name: \"A\") {{ ...R }} }} fragment R on __Type {{ {} }}",
        nest("ofType", 13)
    ))
    .unwrap();
    over_limit(
        &format!("{{ __schema {{ {} }} }}", nest("ofType", 25)),
        "introspects deeper than 25",
    );
}

#[test]
fn length_tokens_names_and_nesting_are_bounded() {
    over_limit(
        &format!("{{ a(b: \"{}\") }}", "x".repeat(128 << 10)),
        "longer than 131072 bytes",
    );
    over_limit(&format!("{{ {} }}", "a(b:1)".repeat(2_000)), "tokens");
    over_limit(&format!("{{ {} }}", "a".repeat(257)), "name is longer");
    over_limit(
        &format!("query ($a: {}Int) {{ a }}", "[".repeat(200)),
        "nested deeper than 128",
    );
    over_limit(&"{a".repeat(200), "nested deeper than 128");
}

#[test]
fn the_operation_that_will_run_is_told() {
    let document = "query A { a } mutation B { b } subscription C { c }";
    let kind = |name| inspect(document, Some(name), &Limits::default()).map(|operation| operation.kind);
    assert_eq!(kind("A"), Ok(OperationKind::Query));
    assert_eq!(kind("B"), Ok(OperationKind::Mutation));
    assert_eq!(kind("C"), Ok(OperationKind::Subscription));
    assert!(kind("D").is_err());
    assert!(check(document).unwrap_err().message.contains("operationName"));
    assert!(
        check("fragment F on T { a }")
            .unwrap_err()
            .message
            .contains("no operation")
    );
    assert_eq!(check("query Only { a }").unwrap().name.as_deref(), Some("Only"));
}

#[test]
fn whatever_the_guard_passes_the_schemas_parser_reads_or_refuses_without_a_panic() {
    let seeds = [
        "{ a }",
        "query Q($a: [Int!] = [1]) { b(c: \"\\u00e9\", d: \"\"\"x\"\"\") @e { ...F } }",
        "fragment F on T { a }",
    ];
    let pieces = [
        "{", "}", "\"", "\\", "\"\"\"", "[", "#", "\n", "...", "on", "é", "$", "\u{feff}", "1", "-", "\0",
    ];
    for seed in seeds {
        for at in (0..=seed.len()).filter(|at| seed.is_char_boundary(*at)) {
            for piece in pieces {
                let (before, after) = seed.split_at(at);
                let document = format!("{before}{piece}{after}");
                if check(&document).is_ok() {
                    let _outcome = async_graphql::parser::parse_query(&document);
                }
            }
        }
    }
}

#[test]
fn variables_are_bounded_like_literals() {
    let mut value = Value::from(1);
    for _ in 0..16 {
        value = Value::List(vec![value]);
    }
    let limits = Limits::default();
    inspect_variables([&value], &limits).unwrap();
    value = Value::List(vec![value]);
    assert!(inspect_variables([&value], &limits).unwrap_err().over_limit);
}

#[test]
fn the_cost_of_a_page_never_overflows() {
    assert_eq!(page_cost(None, 3), 61);
    assert_eq!(page_cost(Some(10), 3), 31);
    assert_eq!(page_cost(Some(i32::MAX), 2), 201);
    assert_eq!(page_cost(Some(i32::MIN), 2), 3);
    assert_eq!(page_cost(Some(100), usize::MAX), usize::MAX);
}
