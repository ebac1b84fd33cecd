//! Web addresses, one or several in a cell.

use super::text;

/// Words that people put between two addresses.
const JOINING: [&str; 8] = ["and", "en", "or", "also", "see", "und", "et", "&"];

/// The addresses of a cell, and what stands there that is none.
///
/// `www.leeds.gov.uk` is taken for `https://www.leeds.gov.uk`. An address that is
/// followed by more words is likely one that holds spaces: neither is kept.
pub(crate) fn parse(cell: &str) -> (Vec<String>, Option<String>) {
    let mut addresses = Vec::new();
    let mut doubtful = Vec::new();
    // A new line always begins a new entry; within one, words may belong to the address before.
    for entry in cell.split(['\n', '\r', '|']) {
        let mut words: Vec<&str> = Vec::new();
        for word in entry.split_whitespace() {
            let parted = words
                .last()
                .is_none_or(|last| is_joining(last) || last.ends_with([',', ';']));
            if parted || is_address(word) && (word.contains("://") || word.starts_with("www.")) {
                settle(&words, &mut addresses, &mut doubtful);
                words.clear();
            }
            words.push(word);
        }
        settle(&words, &mut addresses, &mut doubtful);
    }
    let doubtful = (!doubtful.is_empty()).then(|| doubtful.join(" "));
    (addresses, doubtful)
}

/// What one address and the words after it come to.
fn settle(words: &[&str], addresses: &mut Vec<String>, doubtful: &mut Vec<String>) {
    let mut meant: Vec<&str> = words.to_vec();
    while meant.len() > 1 && meant.last().is_some_and(|word| is_joining(word)) {
        meant.pop();
    }
    match *meant.as_slice() {
        [] => {}
        [one] if is_joining(one) => {}
        [one] if is_address(one) => {
            for address in one.split([',', ';']).filter(|part| !part.is_empty()) {
                // "https://a.org/x;jsessionid=1" and "https://a.org/1,2.html" are one address each.
                match addresses.last_mut() {
                    Some(last) if !is_address(address) => {
                        let mark = if one.contains(&format!(";{address}")) {
                            ';'
                        } else {
                            ','
                        };
                        last.push(mark);
                        last.push_str(address);
                    }
                    _ => addresses.push(full(address)),
                }
            }
        }
        _ => doubtful.push(text::line(&meant.join(" "))),
    }
}

fn full(address: &str) -> String {
    if address.contains("://") {
        address.to_owned()
    } else {
        format!("https://{address}")
    }
}

fn is_joining(word: &str) -> bool {
    JOINING.contains(&word.to_lowercase().trim_matches([',', ';', ':', '.']))
        || word.chars().all(|c| matches!(c, ',' | ';'))
}

/// "http://…", "https://…", or a host name with a dot in it such as "kela.fi/families".
fn is_address(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let scheme = ["http://", "https://", "ftp://"]
        .iter()
        .find_map(|scheme| lower.strip_prefix(scheme));
    let rest = scheme.unwrap_or(&lower);
    let host = rest
        .split(['/', '?', '#', ':', ',', ';'])
        .next()
        .unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    let valid = |label: &&str| {
        !label.is_empty()
            && label
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    let top = labels
        .last()
        .is_some_and(|top| top.len() >= 2 && top.chars().all(|c| c.is_alphabetic() || c == '-'));
    labels.len() >= 2 && labels.iter().all(valid) && top
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, addresses: &[&str], doubtful: Option<&str>) {
        let expected = (
            addresses.iter().map(ToString::to_string).collect::<Vec<_>>(),
            doubtful.map(str::to_owned),
        );
        assert_eq!(parse(cell), expected, "{cell:?}");
    }

    #[test]
    fn addresses_are_found_however_they_are_parted() {
        check("\u{a0}https://a.org/x", &["https://a.org/x"], None);
        check(
            "https://a.org/x, \nhttps://b.org",
            &["https://a.org/x", "https://b.org"],
            None,
        );
        check(
            "https://a.org;\nhttps://b.org;",
            &["https://a.org", "https://b.org"],
            None,
        );
        check(
            "https://a.org/ https://b.org/ en https://c.org",
            &["https://a.org/", "https://b.org/", "https://c.org"],
            None,
        );
        check(
            "www.hamburg.de/fragdenmichel",
            &["https://www.hamburg.de/fragdenmichel"],
            None,
        );
        check(
            "trec.trentinosalute.net",
            &["https://trec.trentinosalute.net"],
            None,
        );
        check(
            "https://a.org/x;jsessionid=F.node-01?_m=1",
            &["https://a.org/x;jsessionid=F.node-01?_m=1"],
            None,
        );
        check(
            "https://a.org,https://b.org",
            &["https://a.org", "https://b.org"],
            None,
        );
        check("a.org and b.org/c", &["https://a.org", "https://b.org/c"], None);
        check("https://medium.com/@ann/x", &["https://medium.com/@ann/x"], None);
        check("", &[], None);
        check("\u{a0}", &[], None);
    }

    #[test]
    fn what_is_no_address_is_given_back() {
        check("internal web address", &[], Some("internal web address"));
        check("Covibot Trento", &[], Some("Covibot Trento"));
        check(
            "https://a.eu/Proof of Concepts/x",
            &[],
            Some("https://a.eu/Proof of Concepts/x"),
        );
        check(
            "https://a.eu and https://b.eu/Proof of Concept",
            &["https://a.eu"],
            Some("https://b.eu/Proof of Concept"),
        );
        check(
            "http://a.eu/Proof of Concepts.html",
            &[],
            Some("http://a.eu/Proof of Concepts.html"),
        );
        check("someone@a.org", &[], Some("someone@a.org"));
    }
}
