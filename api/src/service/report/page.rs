//! A report as one page of HTML that needs nothing else: no script, no font, no picture of another place.
//!
//! Words that met are numbered, so that they are found without colours; tables have captions and heads; what prints badly
//! is left out of print.

use super::{Report, Segment, Side, Table};

const STYLE: &str = include_str!("page/report.css");

/// A text of somebody's own, without any meaning of its own.
fn plain(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            '\'' => written.push_str("&#39;"),
            // Browsers read no control characters, and HTML allows none.
            letter if letter.is_control() && letter != '\n' && letter != '\t' => {}
            letter => written.push(letter),
        }
    }
    written
}

/// The report.
pub(super) fn written(report: &Report) -> String {
    let title = format!("{} and {}", report.left.plain_title(), report.right.plain_title());
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Overlap: {0}</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#evidence\">To the evidence</a>\n<header>\n<p class=\"kind\">Evidence report</p>\n\
         <h1>{0}</h1>\n<p class=\"summary\">{1}</p>\n<p>A score is never a verdict: people decide.</p>\n<dl>\n",
        plain(&title),
        plain(&report.evidence.summary)
    );
    for (name, value) in report.head() {
        add(
            &mut html,
            &format!("<div><dt>{name}</dt><dd>{}</dd></div>", plain(&value)),
        );
    }
    add(
        &mut html,
        "</dl>\n</header>\n<main>\n<section class=\"sides\" aria-label=\"Both records\">",
    );
    record(&mut html, "left", "Left record", &report.left);
    record(&mut html, "right", "Right record", &report.right);
    add(&mut html, "</section>\n<div id=\"evidence\">");
    for (number, (title, part)) in report.parts().into_iter().enumerate() {
        table(&mut html, number, title, &part);
    }
    add(
        &mut html,
        "</div>\n</main>\n<footer><p>Made by Tandem. Words with the same number met each other; the number is that of the \
         table “Words that met”.</p></footer>\n</body>\n</html>",
    );
    html
}

fn add(html: &mut String, words: &str) {
    html.push_str(words);
    html.push('\n');
}

fn words(segments: &[Segment]) -> String {
    let piece = |segment: &Segment| match segment.term {
        Some(number) => format!("<mark>{}<sup>{number}</sup></mark>", plain(&segment.text)),
        None => plain(&segment.text),
    };
    segments.iter().map(piece).collect()
}

fn record(html: &mut String, id: &str, name: &str, side: &Side) {
    add(
        html,
        &format!("<article aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{name}</h2>"),
    );
    add(
        html,
        &format!(
            "<h3>{}</h3>\n<p class=\"text\">{}</p>\n<dl>",
            words(&side.title),
            words(&side.summary)
        ),
    );
    for (field, value) in &side.fields {
        add(
            html,
            &format!("<div><dt>{}</dt><dd>{}</dd></div>", spaced(field), plain(value)),
        );
    }
    let version = format!("{} (now {})", side.version, side.present);
    add(
        html,
        &format!("<div><dt>Version judged</dt><dd>{version}</dd></div>"),
    );
    for source in &side.sources {
        add(
            html,
            &format!("<div><dt>Source</dt><dd>{}</dd></div>", plain(source)),
        );
    }
    add(html, "</dl>\n</article>");
}

/// A field's name as words: `startDate` is “Start date”.
fn spaced(field: &str) -> String {
    let mut name = String::new();
    for (place, letter) in field.chars().enumerate() {
        match (place, letter.is_uppercase()) {
            (0, _) => name.extend(letter.to_uppercase()),
            (_, true) => {
                name.push(' ');
                name.extend(letter.to_lowercase());
            }
            (_, false) => name.push(letter),
        }
    }
    name
}

fn table(html: &mut String, number: usize, title: &str, table: &Table) {
    add(
        html,
        &format!("<section aria-labelledby=\"part-{number}\">\n<h2 id=\"part-{number}\">{title}</h2>"),
    );
    if table.rows.is_empty() {
        return add(html, &format!("<p>{}</p>\n</section>", table.empty));
    }
    let heads: String = table
        .heads
        .iter()
        .map(|head| format!("<th scope=\"col\">{head}</th>"))
        .collect();
    // A table that is wider than the screen scrolls by itself, with the keyboard too.
    add(
        html,
        &format!(
            "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-labelledby=\"part-{number}\">\n<table>\n\
             <caption>{title}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>"
        ),
    );
    for row in &table.rows {
        let mut cells = row.iter();
        let first = cells
            .next()
            .map(|cell| format!("<th scope=\"row\">{}</th>", plain(cell)));
        let rest: String = cells.map(|cell| format!("<td>{}</td>", plain(cell))).collect();
        add(html, &format!("<tr>{}{rest}</tr>", first.unwrap_or_default()));
    }
    add(html, "</tbody>\n</table>\n</div>\n</section>");
}

#[cfg(test)]
mod tests {
    use super::{plain, spaced};

    #[test]
    fn what_somebody_wrote_stays_text() {
        assert_eq!(plain("<script>\"&'\u{7}"), "&lt;script&gt;&quot;&amp;&#39;");
        assert_eq!(spaced("startDate"), "Start date");
    }
}
