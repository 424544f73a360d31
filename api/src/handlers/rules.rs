//! The rules that decide, as JSON and as the very file they were read from. They are public: whoever is refused may
//! read by which rule.

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;

use crate::app::AppState;
use crate::context::Context;
use crate::media;
use crate::moment::moment;
use crate::path::InLedger;
use crate::problem::Problem;
use crate::query::Params;
use crate::reader::Reader;
use crate::respond;
use crate::rules_view::RulesView;

/// `GET /v1/{ledger}/rules?as_of`: the rule set in force after the record that `as_of` names.
pub(crate) async fn rules(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    uri: Uri,
    context: Context,
    _: Reader,
) -> Result<Response, Problem> {
    let as_of = Params::of(&uri, &["as_of"])?.as_of()?;
    let view = ledger.view();
    let work = move || {
        let as_of = moment(&view, as_of)?;
        let rules = view.ruleset_after(as_of.position)?;
        let shown = RulesView::of(&rules, view.region(), as_of, context.language);
        Ok(respond::worded(respond::json(&shown)?, context.language))
    };
    app.blocking().run(work).await
}

/// `GET /v1/{ledger}/rules/source?as_of`: the TOML, byte for byte; its SHA-256 is the hash that the ledger names.
pub(crate) async fn source(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    uri: Uri,
    _: Reader,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let as_of = Params::of(&uri, &["as_of"])?.as_of()?;
    let view = ledger.view();
    let work = move || {
        let rules = view.ruleset_after(moment(&view, as_of)?.position)?;
        let toml = view.ruleset_source(&rules)?;
        Ok(respond::revalidated(&request, &rules.hash().to_string(), media::TOML, toml))
    };
    app.blocking().run(work).await
}
