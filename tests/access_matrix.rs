//! Every route for every kind of caller: the exact status and code, and that what is withheld is nowhere in the answer.
//!
//! The routes are those of `api/src/routes.rs`. A new one needs a row in [`rows`].

use std::collections::BTreeSet;
use std::fs;

use jejak_api::tokens::{Secret, Token};
use jejak_ledger::rules::Class;
use reqwest::blocking::Response;
use serde_json::{Value, json};

use crate::acts::request;
use crate::harness::{DAY_S, START_S, World, file, rfc3339};
use crate::server::{JOSE, LINES, Server};
use crate::tokens::{give, revoke, token};

/// Words of the restricted event.
const RESTRICTED: &str = "kanari-terbatas";
/// A document that no event names.
const UNNAMED: &[u8] = b"tak disebut";
/// The key of the restricted event's row, and of its stream.
const RESTRICTED_KEY: &str = "kanari-nomor";

/// Somebody who asks.
struct Caller {
    name: &'static str,
    secret: Option<String>,
    /// The highest class he may see; none: his token does not count.
    class: Option<Class>,
    refusals: bool,
}

/// A route with the path by which it is asked.
struct Row {
    method: &'static str,
    route: &'static str,
    path: String,
    sort: Sort,
}

/// What callers get of it.
enum Sort {
    /// Everybody the same, whatever he shows: it is about the process, or takes statements.
    Any(u16),
    /// Every reader the same.
    Open,
    /// Every reader the same status, and code where it is a problem.
    Same(u16, Option<&'static str>),
    /// Who may see the class gets it; others are refused.
    Denied(Class),
    /// Who may see the class gets it; for others it is not there.
    Hidden(Class, &'static str),
    /// Everybody gets it; what is above his class is left out.
    Partly,
    /// Only who is entitled to the refusals gets it.
    Refusals,
}

struct Scene {
    world: World,
    server: Server,
    callers: Vec<Caller>,
    /// What must not be seen below its class.
    canaries: Vec<(Class, String)>,
    internal: u64,
    restricted: u64,
    statement: Vec<u8>,
}

#[test]
fn every_caller_gets_what_he_may_see_of_every_route() {
    let scene = Scene::new();
    let mut wrong = Vec::new();
    for row in rows(&scene) {
        for caller in &scene.callers {
            let expected = expected(&row, caller);
            let answer = scene.ask(&row, caller);
            let status = answer.status().as_u16();
            let headers = format!("{:?}", answer.headers());
            let whole = headers + &String::from_utf8_lossy(&body(answer));
            let code = code_in(&whole);
            if (status, code.as_deref()) != expected {
                let Row { method, path, .. } = &row;
                let name = caller.name;
                wrong.push(format!(
                    "{method} {path} by {name}: {status} {code:?}, not {expected:?}"
                ));
            }
            for (class, canary) in &scene.canaries {
                if caller.class.unwrap_or_default() < *class && whole.contains(canary) {
                    wrong.push(format!("{} shows {} {canary}", row.path, caller.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_route_has_a_row_in_the_matrix() {
    let scene = Scene::new();
    let rows: BTreeSet<(String, String)> =
        rows(&scene).iter().map(|row| (row.method.to_owned(), row.route.to_owned())).collect();
    let routes = routes();
    assert!(routes.len() > 20, "the table no longer fits the file: {routes:?}");
    let missing: Vec<_> = routes.difference(&rows).collect();
    assert!(missing.is_empty(), "add rows to tests/access_matrix.rs: {missing:?}");
}

#[test]
fn what_is_shown_to_those_who_may_see_it_is_really_there() {
    let scene = Scene::new();
    let shown = |name: &str, path: &str, canary: &str| {
        let caller = scene.callers.iter().find(|caller| caller.name == name).unwrap();
        let row = Row { method: "GET", route: "", path: path.to_owned(), sort: Sort::Open };
        let text = String::from_utf8_lossy(&body(scene.ask(&row, caller))).into_owned();
        text.contains(canary)
    };
    let restricted = [
        format!("/v1/61.07/events/{}", scene.restricted),
        format!("/v1/61.07/events?subject=incident/{RESTRICTED_KEY}"),
        "/v1/61.07/events?limit=1000".to_owned(),
    ];
    for path in restricted {
        assert!(shown("restricted", &path, RESTRICTED), "{path}");
        assert!(!shown("internal", &path, RESTRICTED), "{path}");
    }
    assert!(shown("restricted", "/v1/61.07/registers/incidents", RESTRICTED_KEY));
    let internal = format!("/v1/61.07/events/{}", scene.internal);
    let (_, canary) = scene.canaries.iter().find(|(class, _)| *class == Class::Internal).unwrap();
    assert!(shown("internal", &internal, canary) && shown("restricted", &internal, canary));
    assert!(!shown("public token", &internal, canary));
}

/// Whether something that is withheld is there at all is not told by filters, cursors, tags, methods or errors.
#[test]
fn what_is_withheld_and_what_is_not_there_look_alike() {
    let scene = Scene::new();
    let world = &scene.world;
    let unknown = "0".repeat(64);
    let held = world.dinkes.thumbprint().to_string();
    let alike = [
        ("/v1/61.07/events?subject=incident/".to_owned(), RESTRICTED_KEY, "kanari-lain.."),
        ("/v1/61.07/events?limit=1&subject=incident/".to_owned(), RESTRICTED_KEY, "kanari-lain.."),
        ("/v1/61.07/registers/incidents/".to_owned(), RESTRICTED_KEY, "kanari-lain.."),
        ("/v1/61.07/streams/incident/".to_owned(), RESTRICTED_KEY, "kanari-lain.."),
        ("/v1/61.07/certificates/".to_owned(), held.as_str(), unknown.as_str()),
    ];
    for caller in ["anonymous", "public token", "elsewhere", "entitled"] {
        let caller = scene.callers.iter().find(|one| one.name == caller).unwrap();
        for method in ["GET", "HEAD"] {
            for (path, there, not_there) in &alike {
                let answer = |key: &str| {
                    let request = scene.server.request(method, &format!("{path}{key}"));
                    let request =
                        request.header("x-request-id", "same").header("if-none-match", "*");
                    let answer = authorized(request, caller).send().unwrap();
                    let mut headers = answer.headers().clone();
                    headers.remove("date");
                    (answer.status().as_u16(), headers, body(answer))
                };
                assert_eq!(answer(there), answer(not_there), "{method} {path} by {}", caller.name);
            }
        }
    }
    // The tag of a statement that is withheld says nothing, even to who knows it.
    let tag = jejak_signer::Hash::of(&scene.statement).to_string();
    let path = format!("/v1/61.07/events/{}/statement", scene.restricted);
    let request = scene.server.request("GET", &path).header("if-none-match", format!("\"{tag}\""));
    let answer = request.send().unwrap();
    assert_eq!(answer.status(), 403);
    assert!(!answer.headers().contains_key("etag"));
}

#[test]
fn head_is_answered_as_get_for_every_caller() {
    let scene = Scene::new();
    for row in rows(&scene).iter().filter(|row| row.method == "GET") {
        for caller in &scene.callers {
            let ask = |method| {
                authorized(scene.server.request(method, &row.path), caller).send().unwrap()
            };
            let (get, head) = (ask("GET"), ask("HEAD"));
            assert_eq!(head.status(), get.status(), "{} by {}", row.path, caller.name);
            assert!(body(head).is_empty(), "{} by {}", row.path, caller.name);
        }
    }
}

#[expect(clippy::too_many_lines, reason = "a row for each route")]
fn rows(scene: &Scene) -> Vec<Row> {
    use Class::{Internal, Restricted};
    let at = |position: u64, rest: &str| format!("/v1/61.07/events/{position}{rest}");
    let get =
        |route: &'static str, path: String, sort: Sort| Row { method: "GET", route, path, sort };
    let post = |route: &'static str, path: &str, status| Row {
        method: "POST",
        route,
        path: path.to_owned(),
        sort: Sort::Any(status),
    };
    let of = |route: &'static str, path: &str, sort: Sort| get(route, path.to_owned(), sort);
    let size = scene.world.ledger().published().size;
    let proof = "/v1/{ledger}/proof/inclusion";
    let consistency = "/v1/{ledger}/proof/consistency";
    let certificate = "/v1/{ledger}/certificates/{sha256}";
    let impact = "/v1/{ledger}/certificates/{sha256}/impact";
    let holder = format!("/v1/61.07/certificates/{}", scene.world.dinkes.thumbprint());
    let anchor = jejak_signer::Hash::of(scene.world.authority.ca.anchor_der());
    let anchor = format!("/v1/61.07/certificates/{anchor}");
    let (entry, statement) =
        ("/v1/{ledger}/events/{position}", "/v1/{ledger}/events/{position}/statement");
    let data = "/v1/{ledger}/events/{position}/data";
    let verdict = "/v1/{ledger}/events/{position}/verdict";
    let evidence = "/v1/{ledger}/events/{position}/verdict/evidence";
    let row = "/v1/{ledger}/registers/{register}/{*key}";
    let hidden = format!("/v1/61.07/registers/incidents/{RESTRICTED_KEY}");
    let stream = "/v1/{ledger}/streams/{*subject}";
    let document = "/v1/{ledger}/documents/{sha256}";
    let unnamed = format!("/v1/61.07/documents/{}", jejak_signer::Hash::of(UNNAMED));
    let withheld = format!("/v1/61.07/streams/incident/{RESTRICTED_KEY}");
    let list = "/v1/{ledger}/evidence/{sha256}";
    let no_list = format!("/v1/61.07/evidence/{}", jejak_signer::Hash::of(UNNAMED));
    vec![
        of("/v1/ledgers", "/v1/ledgers", Sort::Open),
        of("/v1/{ledger}", "/v1/61.07", Sort::Open),
        of("/v1/{ledger}/events", "/v1/61.07/events?limit=1000", Sort::Partly),
        post("/v1/{ledger}/events", "/v1/61.07/events", 200),
        post("/v1/{ledger}/events/batch", "/v1/61.07/events/batch", 200),
        get(entry, at(scene.restricted, ""), Sort::Partly),
        get(entry, at(scene.internal, ""), Sort::Partly),
        get(data, at(scene.restricted, "/data"), Sort::Denied(Restricted)),
        get(data, at(scene.internal, "/data"), Sort::Denied(Internal)),
        get(statement, at(scene.restricted, "/statement"), Sort::Denied(Restricted)),
        get(statement, at(scene.internal, "/statement"), Sort::Denied(Internal)),
        get(verdict, at(scene.restricted, "/verdict"), Sort::Denied(Restricted)),
        get(verdict, at(scene.internal, "/verdict"), Sort::Denied(Internal)),
        get(evidence, at(scene.restricted, "/verdict/evidence"), Sort::Denied(Restricted)),
        get(evidence, at(scene.internal, "/verdict/evidence"), Sort::Denied(Internal)),
        get(evidence, at(0, "/verdict/evidence"), Sort::Denied(Internal)),
        get("/v1/{ledger}/events/{position}/receipt", at(scene.restricted, "/receipt"), Sort::Open),
        of("/v1/{ledger}/checkpoint", "/v1/61.07/checkpoint", Sort::Open),
        get(
            "/v1/{ledger}/tile/{*tile}",
            format!("/v1/61.07/tile/entries/000.p/{size}"),
            Sort::Open,
        ),
        get(proof, format!("/v1/61.07/proof/inclusion?position=0&size={size}"), Sort::Open),
        get(consistency, format!("/v1/61.07/proof/consistency?from=1&to={size}"), Sort::Open),
        get(impact, format!("{holder}/impact"), Sort::Denied(Internal)),
        of("/v1/{ledger}/timestamps", "/v1/61.07/timestamps", Sort::Open),
        get(
            "/v1/{ledger}/timestamps/{size}/{sha256}",
            format!("/v1/61.07/timestamps/1/{}", "0".repeat(64)),
            Sort::Same(404, Some("unknown-timestamp")),
        ),
        get(certificate, holder, Sort::Denied(Internal)),
        get(certificate, anchor, Sort::Open),
        get(document, unnamed.clone(), Sort::Same(404, Some("unknown-document"))),
        Row { method: "PUT", route: document, path: unnamed, sort: Sort::Same(202, None) },
        of("/v1/{ledger}/evidence", "/v1/61.07/evidence", Sort::Open),
        get(list, no_list.clone(), Sort::Same(404, Some("unknown-evidence"))),
        Row {
            method: "PUT",
            route: list,
            path: no_list,
            sort: Sort::Same(415, Some("wrong-media-type")),
        },
        get(
            "/v1/{ledger}/events/{position}/evidence",
            at(scene.restricted, "/evidence"),
            Sort::Denied(Restricted),
        ),
        of("/v1/{ledger}/refusals", "/v1/61.07/refusals", Sort::Refusals),
        of("/v1/{ledger}/registers", "/v1/61.07/registers", Sort::Open),
        of("/v1/{ledger}/documents", "/v1/61.07/documents", Sort::Partly),
        of("/v1/{ledger}/registers/{register}", "/v1/61.07/registers/incidents", Sort::Partly),
        get(row, hidden.clone(), Sort::Hidden(Restricted, "unknown-row")),
        get(row, format!("{hidden}/history"), Sort::Hidden(Restricted, "unknown-row")),
        get(stream, withheld.clone(), Sort::Hidden(Restricted, "unknown-stream")),
        get(stream, format!("{withheld}/next"), Sort::Hidden(Restricted, "unknown-stream")),
        of(stream, "/v1/61.07/streams/agency/dinkes", Sort::Open),
        of(stream, "/v1/61.07/streams/agency/dinkes/next", Sort::Open),
        of("/v1/{ledger}/trust", "/v1/61.07/trust", Sort::Open),
        of(
            "/v1/{ledger}/trust/source",
            "/v1/61.07/trust/source",
            Sort::Same(404, Some("unknown-trust-policy")),
        ),
        of("/v1/{ledger}/rules", "/v1/61.07/rules", Sort::Open),
        of("/v1/{ledger}/rules/source", "/v1/61.07/rules/source", Sort::Open),
        of("/v1/{ledger}/schemas", "/v1/61.07/schemas", Sort::Open),
        of("/v1/{ledger}/schemas/{type}", "/v1/61.07/schemas/subdomain.granted", Sort::Open),
        of("/healthz", "/healthz", Sort::Any(200)),
        of("/readyz", "/readyz", Sort::Any(200)),
        of("/version", "/version", Sort::Any(200)),
        of("/openapi.json", "/openapi.json", Sort::Any(200)),
        of("/docs", "/docs", Sort::Any(200)),
        of("/docs/{file}", "/docs/start.js", Sort::Any(200)),
        of("/metrics", "/metrics", Sort::Any(200)),
    ]
}

/// Status and code of the answer.
fn expected(row: &Row, caller: &Caller) -> (u16, Option<&'static str>) {
    if let Sort::Any(status) = row.sort {
        return (status, None);
    }
    let Some(class) = caller.class else { return (401, Some("reader-required")) };
    match row.sort {
        Sort::Same(status, code) => (status, code),
        Sort::Denied(of) if class < of => (403, Some("class-denied")),
        Sort::Hidden(of, code) if class < of => (404, Some(code)),
        Sort::Refusals if caller.secret.is_none() => (401, Some("reader-required")),
        Sort::Refusals if !caller.refusals => (403, Some("not-entitled")),
        _ => (200, None),
    }
}

impl Scene {
    fn new() -> Self {
        let world = World::new();
        let internal = world.ledger().published().size - 1;
        let data = json!({ "secured": RESTRICTED, "secured_at": rfc3339(START_S) });
        let subject = format!("incident/{RESTRICTED_KEY}");
        let secured = world.event(&world.dinkes, "incident.data_secured", &subject, data);
        let restricted = world.accept(&world.dinkes, &secured).position.0;
        // A refusal is kept, so that there is one to withhold.
        let refused = request(&world, &world.kominfo, "kanari-ditolak");
        let (code, _) = world.refuse(&world.dinkes, &refused);
        assert_eq!(code, "source-not-yours");
        let of = |position| world.ledger().view().statement(jejak_ledger::log::Position(position));
        let statement = of(restricted).unwrap().unwrap();
        let enrolment = of(internal).unwrap().unwrap();
        let signature = |statement: &[u8]| {
            String::from_utf8_lossy(statement).rsplit('.').next().unwrap().to_owned()
        };
        let possession = world.dinkes.possession(crate::harness::ORIGIN);
        let canaries = vec![
            (Class::Internal, possession),
            (Class::Internal, signature(&enrolment)),
            (Class::Restricted, RESTRICTED.to_owned()),
            (Class::Restricted, RESTRICTED_KEY.to_owned()),
            (Class::Restricted, signature(&statement)),
        ];
        let callers = callers(&world);
        let server = Server::start(world.ledgers());
        Self { world, server, callers, canaries, internal, restricted, statement }
    }

    fn ask(&self, row: &Row, caller: &Caller) -> Response {
        let mut request = self.server.request(row.method, &row.path);
        if row.method == "POST" {
            let media = if row.path.ends_with("batch") { LINES } else { JOSE };
            request = request.header("content-type", media).body(self.statement.clone());
        }
        if row.method == "PUT" {
            request = request.header("content-type", "application/pdf").body(UNNAMED);
        }
        authorized(request, caller).send().unwrap()
    }
}

fn callers(world: &World) -> Vec<Caller> {
    let give = |token: Token| Some(give(&world.path(), token).reveal().to_owned());
    let known = |name, secret, class| Caller { name, secret, class: Some(class), refusals: false };
    let wrong = |name, secret| Caller { name, secret, class: None, refusals: false };
    let of = |id, class| give(token(id, class));
    let elsewhere = Token {
        ledgers: Some(vec!["61.08".to_owned()]),
        refusals: true,
        ..token("elsewhere", Class::Restricted)
    };
    let expired = Token {
        created: jejak_ledger::log::Micros((START_S - DAY_S) * 1_000_000),
        expires: jejak_ledger::log::Micros(START_S * 1_000_000),
        ..token("expired", Class::Restricted)
    };
    let entitled = Token { refusals: true, ..token("entitled", Class::Public) };
    let revoked = of("revoked", Class::Restricted);
    revoke(world, "revoked");
    let mut mistyped = of("mistyped", Class::Restricted);
    mistyped.as_mut().unwrap().pop();
    vec![
        known("anonymous", None, Class::Public),
        known("public token", of("public", Class::Public), Class::Public),
        known("internal", of("internal", Class::Internal), Class::Internal),
        known("restricted", of("restricted", Class::Restricted), Class::Restricted),
        known("elsewhere", give(elsewhere), Class::Public),
        Caller { refusals: true, ..known("entitled", give(entitled), Class::Public) },
        wrong("expired", give(expired)),
        wrong("revoked", revoked),
        wrong("malformed", mistyped),
        wrong("unknown", Some(Secret::generate().unwrap().reveal().to_owned())),
    ]
}

fn authorized(
    request: reqwest::blocking::RequestBuilder,
    caller: &Caller,
) -> reqwest::blocking::RequestBuilder {
    match &caller.secret {
        Some(secret) => request.header("authorization", format!("Bearer {secret}")),
        None => request,
    }
}

fn body(answer: Response) -> Vec<u8> {
    answer.bytes().unwrap().to_vec()
}

/// The code of a problem, at the end of headers and body.
fn code_in(whole: &str) -> Option<String> {
    let json = whole.find("{\"type\":\"urn:jejak:problem").and_then(|at| whole.get(at..))?;
    let problem: Value = serde_json::from_str(json).ok()?;
    Some(problem["code"].as_str()?.to_owned())
}

/// Methods and patterns as they stand in the source.
fn routes() -> BTreeSet<(String, String)> {
    let source = fs::read_to_string(file("../api/src/routes.rs")).unwrap();
    let mut found = BTreeSet::new();
    for part in source.split(".route(").skip(1) {
        let pattern = part.split('"').nth(1).unwrap().to_owned();
        // What stands between the pattern and the next route names the methods.
        let handlers = part.split_once(',').unwrap().1;
        for (call, method) in [
            ("get(", "GET"),
            ("post(", "POST"),
            ("put(", "PUT"),
            ("delete(", "DELETE"),
            ("patch(", "PATCH"),
        ] {
            if handlers.contains(call) {
                found.insert((method.to_owned(), pattern.clone()));
            }
        }
    }
    found
}
