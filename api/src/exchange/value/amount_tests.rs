use super::*;

fn told(text: &str, column: Option<&'static str>) -> String {
    match parse(text, column) {
        Ok(None) => "unknown".to_owned(),
        Ok(Some(amount)) => format!("{} {}", amount.minor, amount.currency),
        Err(Unreadable(message)) => format!("dropped: {message}"),
        Err(Impossible(message)) => format!("refused: {message}"),
    }
}

fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(told(text, None), *expected, "{text:?}");
    }
}

#[test]
fn sums_are_read_exactly() {
    check(&[
        ("4520", "452000 GBP"),
        ("20,000", "2000000 GBP"),
        ("7970.79", "797079 GBP"),
        ("£1.2m", "120000000 GBP"),
        ("£50k", "5000000 GBP"),
        ("£ 50 K", "5000000 GBP"),
        ("1.5 million", "150000000 GBP"),
        ("€ 20.000,50", "2000050 EUR"),
        ("1.234.567 EUR", "123456700 EUR"),
        ("GBP 1,234.56", "123456 GBP"),
        ("1 234 567", "123456700 GBP"),
        ("CHF 1'234.50", "123450 CHF"),
        ("US$ 2bn", "200000000000 USD"),
        ("AUD $5", "500 AUD"),
        ("¥", "dropped: is not an amount that can be read"),
        ("JPY 5000", "5000 JPY"),
        ("1,5 Mio EUR", "150000000 EUR"),
        ("approx £30,000 (ex VAT)", "3000000 GBP"),
        ("£50k + VAT", "5000000 GBP"),
        ("c. £2.75m", "275000000 GBP"),
        ("1.234m", "123400000 GBP"),
        ("1.2E+06", "120000000 GBP"),
        ("75000.0", "7500000 GBP"),
        ("1234.5600000001", "123456 GBP"),
        ("0.125", "13 GBP"),
        ("0", "0 GBP"),
        ("TBC", "unknown"),
        ("-", "unknown"),
        ("n/a", "unknown"),
    ]);
}

#[test]
fn the_column_gives_the_currency_and_is_not_contradicted() {
    assert_eq!(told("500", Some("EUR")), "50000 EUR");
    assert_eq!(
        told("€500", Some("GBP")),
        "dropped: names another currency than its column"
    );
    assert_eq!(told("£5 (€6)", None), "dropped: names two currencies");
}

#[test]
fn what_could_mean_two_things_is_not_guessed() {
    check(&[
        ("60-78k", "dropped: is a range, not one amount"),
        ("£10,000 – £20,000", "dropped: is a range, not one amount"),
        ("10 to 20k", "dropped: is a range, not one amount"),
        ("up to £50k", "dropped: is a bound, not an amount"),
        (">50k", "dropped: is a bound, not an amount"),
        ("50k+", "dropped: is a bound, not an amount"),
        ("20.000", "dropped: may mean thousands or a fraction"),
        ("1,00,000", "dropped: is not an amount that can be read"),
        ("12,34,5.6.7", "dropped: is not an amount that can be read"),
        ("£50,000 per annum", "dropped: is not an amount that can be read"),
        ("50%", "dropped: is not an amount that can be read"),
        ("lots", "dropped: is not an amount that can be read"),
        ("£", "dropped: is not an amount that can be read"),
        (".", "unknown"),
        ("5k million", "dropped: is not an amount that can be read"),
    ]);
}

#[test]
fn what_cannot_be_refuses_the_row() {
    check(&[
        ("-500", "refused: is negative"),
        ("£-500", "refused: is negative"),
        ("(1,200)", "refused: is negative"),
        ("-0", "0 GBP"),
        ("1000000000000", "100000000000000 GBP"),
        ("1000000000000.01", "refused: is more than any project costs"),
        ("5000bn", "refused: is more than any project costs"),
        ("9E99", "refused: is more than any project costs"),
        (
            "99999999999999999999999999999999999999999999999999",
            "refused: is more than any project costs",
        ),
    ]);
}
