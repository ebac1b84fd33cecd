//! Text as it is compared.

/// Text as it is compared: lower case, no more than one space between words.
#[must_use]
pub fn folded(text: &str) -> String {
    let lower = text.to_lowercase();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}
