//! The OpenAPI 3.1 description of the routes, made from the same list as the router.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde_json::{Map, Value, json};

use crate::{Published, Route, schema::schemas};

/// What is said about one route.
struct Operation {
    summary: &'static str,
    parameters: &'static [Parameter],
    /// The schema of the body that is sent, if any.
    body: Option<&'static str>,
    /// Content type and, for JSON, the schema of the answer.
    answer: (&'static str, Option<&'static str>),
    /// Statuses besides the one of success, with what they mean.
    problems: &'static [(u16, &'static str)],
}

/// One parameter of a route.
struct Parameter {
    name: &'static str,
    place: &'static str,
    required: bool,
    kind: &'static str,
    meaning: &'static str,
}

const fn query(
    name: &'static str,
    required: bool,
    kind: &'static str,
    meaning: &'static str,
) -> Parameter {
    Parameter { name, place: "query", required, kind, meaning }
}

const fn path(name: &'static str, meaning: &'static str) -> Parameter {
    Parameter { name, place: "path", required: true, kind: "string", meaning }
}

const RISK: &[Parameter] = &[
    query("ip", true, "string", "Address of the client, as the gateway logs it."),
    query("ua", true, "string", "Its user agent, unshortened; empty when it sent none."),
    query("site", false, "string", "Host that was asked, as the gateway logs it."),
    query("ja4", false, "string", "Its JA4 fingerprint; empty when the log has none."),
];
const CLIENTS: &[Parameter] = &[
    query("class", false, "string", "Only clients of this class."),
    query("min_score", false, "number", "Only clients with at least this score, 0 to 100."),
    query(
        "sort",
        false,
        "string",
        "`score` (highest first, the default) or `recent` (seen last first).",
    ),
    query("limit", false, "integer", "How many clients to list, 1 to 500. 50 when not given."),
];
const CLIENT: &[Parameter] = &[path("client", "Id of the client, 32 hexadecimal digits.")];
const FILE: &[Parameter] = &[path("file", "Name of a file of the console page.")];
const JSON: &str = "application/json";

fn operation(route: Route) -> Operation {
    let json = |summary, schema| Operation {
        summary,
        parameters: &[],
        body: None,
        answer: (JSON, Some(schema)),
        problems: &[],
    };
    match route {
        Route::Console => {
            Operation { answer: ("text/html", None), ..json("The console page.", "") }
        }
        Route::ConsoleFile => Operation {
            parameters: FILE,
            answer: ("*/*", None),
            problems: &[(404, "The console has no such file.")],
            ..json("A file of the console page.", "")
        },
        Route::Livez => json("The process runs.", "Live"),
        Route::Readyz => Operation {
            problems: &[(503, "A condition does not hold; the body says which and why.")],
            ..json("The process can be relied on.", "Ready")
        },
        Route::Metrics => Operation {
            answer: ("text/plain", None),
            ..json("The metrics, in the Prometheus text format.", "")
        },
        Route::OpenApi => Operation { answer: (JSON, None), ..json("This document.", "") },
        Route::Version => json("Name and version of the process.", "Version"),
        Route::Risk => Operation {
            parameters: RISK,
            problems: &[(400, "A parameter is missing, unknown or empty.")],
            ..json("The risk of the client a request comes from.", "Risk")
        },
        Route::RiskClient => Operation {
            parameters: CLIENT,
            problems: &[(400, "The id is malformed."), (404, "No such client is on the board.")],
            ..json("The risk of a client by its id.", "Risk")
        },
        Route::Clients => Operation {
            parameters: CLIENTS,
            problems: &[(400, "A parameter is unknown or out of its range.")],
            ..json("The clients that deserve a look, by score.", "Clients")
        },
        Route::Overview => json("Counts, rates and the newest alerts.", "Overview"),
        Route::Feedback => Operation {
            body: Some("Remark"),
            problems: &[
                (400, "The body is no JSON, or a text in it is too long."),
                (413, "The body is too large."),
                (415, "The body is not called `application/json`."),
                (422, "A field is missing, unknown or malformed."),
                (501, "Nothing in this process takes feedback."),
                (503, "Too much feedback waits; send it again."),
            ],
            ..json("An analyst's word on an alert. It takes effect between two events.", "Remark")
        },
    }
}

/// The whole document.
pub(crate) fn openapi(version: &str) -> Value {
    let paths: Map<String, Value> = Route::ALL
        .iter()
        .map(|route| (route.path().to_owned(), describe_methods(*route)))
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Gaitkeeper",
            "version": version,
            "description": "What is known of the clients of a gateway, and what analysts say about alerts.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "description": "When one is configured." },
            },
        },
    })
}

pub(crate) async fn document(State(published): State<Arc<Published>>) -> Json<Value> {
    Json(openapi(&published.version))
}

fn describe_methods(route: Route) -> Value {
    json!({ route.method().as_str().to_lowercase(): describe(route) })
}

fn describe(route: Route) -> Value {
    let Operation { summary, parameters, body, answer: (content_type, schema), problems } =
        operation(route);
    let schema = schema.map_or(json!({}), reference);
    let mut responses = Map::new();
    let content = json!({ content_type: { "schema": schema } });
    let success = if body.is_some() { "202" } else { "200" };
    responses.insert(success.to_owned(), json!({ "description": summary, "content": content }));
    for (status, meaning) in problems {
        let content = if *status == 503 && body.is_none() {
            json!({ JSON: { "schema": schema } })
        } else {
            json!({ "application/problem+json": { "schema": reference("Problem") } })
        };
        let response = json!({ "description": meaning, "content": content });
        responses.insert(status.to_string(), response);
    }
    let parameters: Vec<Value> = parameters.iter().map(Parameter::describe).collect();
    let security = if route.is_open() { json!([]) } else { json!([{}, { "token": [] }]) };
    let mut described = json!({
        "operationId": format!("{route:?}"),
        "summary": summary,
        "parameters": parameters,
        "responses": responses,
        "security": security,
    });
    if let Some(body) = body {
        let content = json!({ JSON: { "schema": reference(body) } });
        described["requestBody"] = json!({ "required": true, "content": content });
    }
    described
}

impl Parameter {
    fn describe(&self) -> Value {
        json!({
            "name": self.name,
            "in": self.place,
            "required": self.required,
            "description": self.meaning,
            "schema": { "type": self.kind },
        })
    }
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}
