//! Text as HTML.

/// HTML that is being written.
#[derive(Debug, Clone, Default)]
pub(super) struct Markup(String);

impl Markup {
    /// HTML of our own.
    pub(super) fn raw(&mut self, html: &str) -> &mut Self {
        self.0.push_str(html);
        self
    }

    /// Somebody's text, so that nothing in it is HTML.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                // No page can hold these; a browser would show a box.
                c if c.is_control() && !c.is_whitespace() => self.0.push('\u{fffd}'),
                c => self.0.push(c),
            }
        }
        self
    }

    /// An attribute with somebody's text.
    pub(super) fn attribute(&mut self, name: &str, value: &str) -> &mut Self {
        self.raw(" ").raw(name).raw("=\"").text(value).raw("\"")
    }

    /// An attribute, unless its value is empty.
    pub(super) fn attribute_if(&mut self, name: &str, value: &str) -> &mut Self {
        if !value.is_empty() {
            self.attribute(name, value);
        }
        self
    }

    /// A whole element of our own around somebody's text.
    pub(super) fn element(&mut self, open: &str, text: &str, close: &str) -> &mut Self {
        self.raw(open).text(text).raw(close)
    }

    /// A number.
    pub(super) fn number(&mut self, number: impl std::fmt::Display) -> &mut Self {
        self.raw(&number.to_string())
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_people_write_becomes_html() {
        let mut markup = Markup::default();
        markup
            .raw("<p")
            .attribute("title", "\" onclick='x'")
            .raw(">")
            .text("<script>&\u{0}")
            .raw("</p>");
        assert_eq!(
            markup.finish(),
            "<p title=\"&quot; onclick=&#39;x&#39;\">&lt;script&gt;&amp;\u{fffd}</p>"
        );
    }
}
