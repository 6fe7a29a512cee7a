//! The console page: static files inside the binary. All data comes through `/v1`, by script.

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};

use crate::problem::Problem;

const PAGE: &str = include_str!("../console/index.html");

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Name, content type and content of the files that the page names.
const FILES: &[(&str, &str, &str)] = &[
    ("console.css", "text/css; charset=utf-8", include_str!("../console/console.css")),
    ("console.js", SCRIPT, include_str!("../console/console.js")),
    ("clients.js", SCRIPT, include_str!("../console/clients.js")),
    ("draw.js", SCRIPT, include_str!("../console/draw.js")),
    ("mark.svg", "image/svg+xml", include_str!("../console/mark.svg")),
];

pub(crate) async fn page() -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], PAGE).into_response()
}

pub(crate) async fn file(Path(name): Path<String>) -> Result<Response, Problem> {
    let found = FILES.iter().find(|(known, ..)| *known == name);
    let (_, content_type, content) =
        found.ok_or_else(|| Problem::not_found(format!("the console has no file `{name}`")))?;
    Ok(([(header::CONTENT_TYPE, *content_type)], *content).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_the_page_are_served_and_nothing_is_inline_or_elsewhere() {
        for (name, ..) in FILES.iter().filter(|(_, content_type, _)| *content_type != SCRIPT) {
            assert!(PAGE.contains(&format!("/console/{name}")), "{name} is not used");
        }
        let sources = FILES.iter().map(|(name, _, text)| (*name, *text));
        for (name, text) in sources.chain([("index.html", PAGE)]) {
            for banned in ["https://", "http://", "innerHTML", "outerHTML", "insertAdjacentHTML"] {
                let text = text.replace("http://www.w3.org/2000/svg", "");
                assert!(!text.contains(banned), "{name} holds `{banned}`");
            }
        }
        for banned in ["<style", "style=", "onclick", "onload", "<script>"] {
            assert!(!PAGE.contains(banned), "the page holds `{banned}`");
        }
    }
}
