use super::*;

fn told(text: &str, edge: Edge) -> String {
    match parse(text, edge) {
        Ok(None) => "unknown".to_owned(),
        Ok(Some(date)) => format!("{} {}", date.date, date.precision.as_str()),
        Err(message) => message.to_owned(),
    }
}

fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(told(text, Edge::Start), *expected, "{text:?}");
    }
}

#[test]
fn days_are_read_in_every_order_that_people_write() {
    check(&[
        ("2019-03-01", "2019-03-01 DAY"),
        ("2019/3/1", "2019-03-01 DAY"),
        ("20190301", "2019-03-01 DAY"),
        ("1st December 2015", "2015-12-01 DAY"),
        ("16 November 2015", "2015-11-16 DAY"),
        ("Friday, 3rd Feb 2016", "2016-02-03 DAY"),
        ("December 1, 2015", "2015-12-01 DAY"),
        ("1-Dec-15", "2015-12-01 DAY"),
        ("22nd of Sept. 2020", "2020-09-22 DAY"),
        ("01/02/2019", "2019-02-01 DAY"),
        ("02/14/2019", "2019-02-14 DAY"),
        ("1.2.19", "2019-02-01 DAY"),
        ("16/11/2015", "2015-11-16 DAY"),
        ("2019-03-01T10:00:00Z", "2019-03-01 DAY"),
        ("2019-03-01 10:00:00.123+01:00", "2019-03-01 DAY"),
        ("01/03/2019 9:30 AM", "2019-03-01 DAY"),
        ("42309", "2015-11-01 DAY"),
        ("42309.75", "2015-11-01 DAY"),
    ]);
}

#[test]
fn months_and_years_keep_their_precision() {
    check(&[
        ("2019", "2019-01-01 YEAR"),
        ("2021.0", "2021-01-01 YEAR"),
        ("2019-03", "2019-03-01 MONTH"),
        ("2019.03", "2019-03-01 MONTH"),
        ("03/2019", "2019-03-01 MONTH"),
        ("January 2015", "2015-01-01 MONTH"),
        ("Dec-15", "2015-12-01 MONTH"),
        ("Dec '15", "2015-12-01 MONTH"),
        ("circa 2019", "2019-01-01 YEAR"),
        ("c. 2019", "2019-01-01 YEAR"),
        ("~2019", "2019-01-01 YEAR"),
        ("mid-2019", "2019-01-01 YEAR"),
        ("around March 2019", "2019-03-01 YEAR"),
        ("Q2 2019", "2019-04-01 YEAR"),
        ("2019 Q4", "2019-10-01 YEAR"),
        ("2019Q4", "2019-10-01 YEAR"),
        ("H2 2020", "2020-07-01 YEAR"),
        ("Spring 2019", "2019-03-01 YEAR"),
        ("FY 2019", "2019-04-01 YEAR"),
    ]);
}

#[test]
fn a_span_gives_each_edge_its_own_end() {
    for (text, start, end) in [
        ("2019-2021", "2019-01-01 YEAR", "2021-01-01 YEAR"),
        ("2019/20", "2019-04-01 YEAR", "2020-03-01 YEAR"),
        ("2019-20", "2019-04-01 YEAR", "2020-03-01 YEAR"),
        ("FY19/20", "2019-04-01 YEAR", "2020-03-01 YEAR"),
        (
            "January 2015 - December 2015",
            "2015-01-01 MONTH",
            "2015-12-01 MONTH",
        ),
        ("1 May 2019 to 3 June 2020", "2019-05-01 DAY", "2020-06-03 DAY"),
    ] {
        assert_eq!(told(text, Edge::Start), start, "{text:?}");
        assert_eq!(told(text, Edge::End), end, "{text:?}");
    }
}

#[test]
fn what_nobody_could_read_is_told() {
    check(&[
        ("TBC", "unknown"),
        ("N/A", "unknown"),
        ("-", "unknown"),
        ("April", NO_YEAR),
        ("Dec 15", NO_YEAR),
        ("Spring", NO_YEAR),
        ("31/02/2019", NO_DAY),
        ("2019-13", NO_DATE),
        ("99999", NO_DATE),
        ("1234", "lies outside 1900 to 2100"),
        ("soon", NO_DATE),
        ("after the election in 2019", NO_DATE),
        ("99999999999999999999", NO_DATE),
        ("1/2/3/4", NO_DATE),
        ("日本", NO_DATE),
        ("Q7 2019", NO_DATE),
        (":", NO_DATE),
    ]);
    assert_eq!(told(&"1 ".repeat(1_000), Edge::Start), NO_DATE);
}

#[test]
fn the_last_day_fits_the_precision() {
    for (text, last) in [
        ("2019", "2019-12-31"),
        ("2020-02", "2020-02-29"),
        ("2019-12", "2019-12-31"),
        ("2019-05-04", "2019-05-04"),
    ] {
        assert_eq!(
            last_day(parse(text, Edge::End).unwrap().unwrap()).to_string(),
            last
        );
    }
}
