//! Whether documents are understood by the schema, found out without running anything of them.

use async_graphql::{Request, ServerError};

/// No operation is called so, since names have no spaces. Whoever asks for it has the document validated, and then there is
/// nothing to run.
const NOTHING: &str = "nothing of it";

/// At most so many mistakes are told.
const MOST: usize = 20;

/// What the schema finds wrong with documents, given with their names: a line each, `NAME:LINE:COLUMN: what`.
pub async fn mistakes(documents: &[(&str, &str)]) -> Vec<String> {
    let schema = super::builder().finish();
    let mut told = Vec::new();
    for (name, text) in documents {
        let request = Request::new(*text).operation_name(NOTHING);
        let response = schema.execute(request).await;
        let mistakes = response.errors.iter();
        let mistakes = mistakes.filter(|error| !is_ours(&error.message));
        told.extend(mistakes.map(|error| line(name, error)));
        // The schema finds some of them twice.
        told.dedup();
        if told.len() >= MOST {
            break;
        }
    }
    told.truncate(MOST);
    told
}

/// Whether a mistake is of our asking: that nothing is called so, and that a variable has no value. One that is not declared
/// is told in other words, with quotes.
fn is_ours(message: &str) -> bool {
    let without_value = message.starts_with("Variable ") && message.ends_with(" is not defined.");
    message.contains(NOTHING) || (without_value && !message.contains('"'))
}

fn line(name: &str, error: &ServerError) -> String {
    match error.locations.first() {
        Some(at) => format!("{name}:{}:{}: {}", at.line, at.column, error.message),
        None => format!("{name}: {}", error.message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn told(text: &str) -> Vec<String> {
        mistakes(&[("list", text)]).await
    }

    #[tokio::test]
    async fn what_the_schema_understands_is_no_mistake_and_is_not_run() {
        for text in [
            "{ projects { totalCount } }",
            "query List($first: Int!, $id: ID!) { projects(first: $first) { totalCount } project(id: $id) { title } }",
            "mutation Make($input: CreateProjectInput!) { createProject(input: $input) { project { id } } }",
            "subscription { overlapFlagged { id } }",
            "{ __schema { types { name } } }",
        ] {
            assert_eq!(told(text).await, [""; 0], "{text}");
        }
    }

    #[tokio::test]
    async fn what_it_does_not_is_told_by_name_and_place() {
        for (text, expected) in [
            ("{ projects {\n totalCunt } }", "list:2:2: "),
            ("{ projects(frist: 3) { totalCount } }", "list:1:12: "),
            ("{ projects(first: $first) { totalCount } }", "list:1:"),
            (
                "query ($n: Strang) { projects { totalCount } }",
                "list:1:8: Unknown type",
            ),
            ("{ projects(first: \"x\") { totalCount } }", "list:1:"),
        ] {
            let told = told(text).await;
            assert!(
                told.first().is_some_and(|first| first.starts_with(expected)),
                "{text}: {told:?}"
            );
        }
        let text = "{ a b c d e f g h i j k l m n o p q r s t u v w x y z }";
        assert_eq!(told(text).await.len(), MOST);
    }
}
