//! Values of a JSON file, each with its path, and the mistakes that are met on the way.

use chrono::NaiveDate;
use serde_json::Value;

use crate::error::{UserError, UserErrorCode};

/// A part of the file, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Part<'a> {
    value: &'a Value,
    path: Vec<String>,
}

impl<'a> Part<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self {
            value,
            path: Vec::new(),
        }
    }

    /// A member, unless it is absent or null.
    pub(super) fn get(&self, name: &str) -> Option<Self> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        let path = self.path.iter().cloned().chain([name.to_owned()]).collect();
        Some(Self { value, path })
    }
}

/// Collects the mistakes.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) found: Vec<UserError>,
}

impl Reader {
    pub(super) fn say(
        &mut self,
        part: &Part<'_>,
        field: &str,
        code: UserErrorCode,
        message: impl Into<String>,
    ) {
        self.say_at(part, &[field], code, message);
    }

    pub(super) fn say_at(
        &mut self,
        part: &Part<'_>,
        below: &[&str],
        code: UserErrorCode,
        message: impl Into<String>,
    ) {
        let below = below.iter().map(|&step| step.to_owned());
        self.found.push(UserError {
            code,
            message: message.into(),
            path: part.path.iter().cloned().chain(below).collect(),
        });
    }

    /// Refuses members of other names: a slip of the keyboard must not be passed over in silence.
    pub(super) fn only(&mut self, part: &Part<'_>, names: &[&str]) {
        let Some(members) = part.value.as_object() else {
            self.say_at(part, &[], UserErrorCode::Invalid, "an object is expected");
            return;
        };
        let unknown: Vec<&String> = members
            .keys()
            .filter(|name| !names.contains(&name.as_str()))
            .collect();
        for name in unknown {
            let message = format!("“{name}” means nothing here; known are {}", names.join(", "));
            self.say(part, name, UserErrorCode::Invalid, message);
        }
    }

    /// A text that is needed.
    pub(super) fn text(&mut self, part: &Part<'_>, name: &str, longest: usize) -> String {
        let told = self.text_if(part, name, longest);
        if told.is_none() && part.get(name).is_none_or(|part| part.value.is_string()) {
            self.say(part, name, UserErrorCode::Required, format!("a {name} is needed"));
        }
        told.unwrap_or_default()
    }

    /// A text that may be absent.
    pub(super) fn text_if(&mut self, part: &Part<'_>, name: &str, longest: usize) -> Option<String> {
        let inner = part.get(name)?;
        let Some(text) = inner.value.as_str() else {
            self.say_at(&inner, &[], UserErrorCode::Invalid, "a text is expected");
            return None;
        };
        if text.chars().count() > longest {
            self.say_at(
                &inner,
                &[],
                UserErrorCode::TooLong,
                format!("at most {longest} characters"),
            );
        }
        if text.contains('\0') {
            let message = "the character U+0000 cannot be stored";
            self.say_at(&inner, &[], UserErrorCode::Invalid, message);
        }
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// A name for programs: small letters, digits and underscores.
    pub(super) fn name(&mut self, part: &Part<'_>, field: &str) -> String {
        let name = self.text(part, field, 60);
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !name.is_empty() && (!name.chars().all(plain) || name.starts_with(|c: char| c.is_ascii_digit())) {
            let message = "small letters a to z, digits and underscores are expected, a letter first";
            self.say(part, field, UserErrorCode::Invalid, message);
        }
        name
    }

    pub(super) fn flag(&mut self, part: &Part<'_>, name: &str) -> bool {
        let Some(inner) = part.get(name) else { return false };
        inner.value.as_bool().unwrap_or_else(|| {
            self.say_at(&inner, &[], UserErrorCode::Invalid, "true or false is expected");
            false
        })
    }

    pub(super) fn count(&mut self, part: &Part<'_>, name: &str, least: usize, most: usize) -> Option<usize> {
        let inner = part.get(name)?;
        let told = inner.value.as_u64().and_then(|told| usize::try_from(told).ok());
        let told = told.filter(|told| (least..=most).contains(told));
        if told.is_none() {
            let message = format!("a whole number from {least} to {most} is expected");
            self.say_at(&inner, &[], UserErrorCode::OutOfRange, message);
        }
        told
    }

    pub(super) fn number(&mut self, part: &Part<'_>, name: &str) -> Option<f64> {
        let inner = part.get(name)?;
        let told = inner.value.as_f64();
        if told.is_none() {
            self.say_at(&inner, &[], UserErrorCode::Invalid, "a number is expected");
        }
        told
    }

    pub(super) fn day(&mut self, part: &Part<'_>, name: &str) -> Option<NaiveDate> {
        let text = self.text_if(part, name, 10)?;
        let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d");
        if day.is_err() {
            let message = "a day such as 2026-11-21 is expected";
            self.say(part, name, UserErrorCode::Invalid, message);
        }
        day.ok()
    }

    /// The entries of a list; none where it is absent and may be.
    pub(super) fn list<'a>(
        &mut self,
        part: &Part<'a>,
        name: &str,
        least: usize,
        most: usize,
    ) -> Vec<Part<'a>> {
        let entries = match part.get(name) {
            None => &[][..],
            Some(inner) => match inner.value.as_array() {
                Some(entries) => entries,
                None => {
                    self.say(part, name, UserErrorCode::Invalid, "a list is expected");
                    return Vec::new();
                }
            },
        };
        if entries.len() < least || entries.len() > most {
            let code = if entries.is_empty() {
                UserErrorCode::Required
            } else {
                UserErrorCode::OutOfRange
            };
            self.say(
                part,
                name,
                code,
                format!("from {least} to {most} entries are expected"),
            );
        }
        let placed = entries.iter().take(most).enumerate();
        let entries = placed.map(|(place, value)| Part {
            value,
            path: part
                .path
                .iter()
                .cloned()
                .chain([name.to_owned(), place.to_string()])
                .collect(),
        });
        entries.collect()
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, part: &Part<'_>, name: &str, least: usize, most: usize) -> Vec<String> {
        let mut found = Vec::new();
        for entry in self.list(part, name, least, most) {
            match entry
                .value
                .as_str()
                .map(str::trim)
                .filter(|text| !text.is_empty())
            {
                Some(text) if text.chars().count() <= 200 => found.push(text.to_owned()),
                _ => self.say_at(
                    &entry,
                    &[],
                    UserErrorCode::Invalid,
                    "a text of 1 to 200 characters is expected",
                ),
            }
        }
        found
    }
}
