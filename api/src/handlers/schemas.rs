//! What an event of each type must look like, for this ledger and the rules in force.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use crate::app::AppState;
use crate::context::Context;
use crate::media;
use crate::moment::moment;
use crate::nearest::nearest;
use crate::path::{InLedger, Segments};
use crate::problem::{Fault, Problem};
use crate::query::{Params, invalid};
use crate::reader::Reader;
use crate::respond;
use crate::rules_view::{self, TypeView};

/// `GET /v1/{ledger}/schemas?as_of`: the event types.
pub(crate) async fn list(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    uri: Uri,
    _: Reader,
) -> Result<Response, Problem> {
    let as_of = Params::of(&uri, &["as_of"])?.as_of()?;
    let view = ledger.view();
    let work = move || {
        let rules = view.ruleset_after(moment(&view, as_of)?.position)?;
        respond::json(&TypeView::all(&rules, view.region()))
    };
    app.blocking().run(work).await
}

/// `GET /v1/{ledger}/schemas/{type}?row&as_of`: the JSON Schema of a whole event, with an example that is accepted.
pub(crate) async fn schema(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    segments: Segments,
    uri: Uri,
    context: Context,
    _: Reader,
) -> Result<Response, Problem> {
    let params = Params::of(&uri, &["row", "as_of"])?;
    let (row, as_of) = (params.text("row")?.map(str::to_owned), params.as_of()?);
    let kind = segments.segment("type")?.to_owned();
    let view = ledger.view();
    let language = context.language;
    let work = move || {
        let rules = view.ruleset_after(moment(&view, as_of)?.position)?;
        if rules.act(&kind).is_none() {
            let name: String = kind.chars().take(NAME_CHARS_MAX).collect();
            let types = rules.acts().map(|act| act.kind.as_str());
            let nearest = nearest(&name, types);
            return Err(Problem::UnknownType { name, nearest });
        }
        let schema = rules_view::schema(&rules, view.origin(), &kind, row.as_deref(), language);
        let schema = schema.ok_or_else(|| invalid("row", Fault::Row))?;
        let bytes = serde_json::to_vec(&schema).map_err(|error| Problem::internal(&error))?;
        Ok(respond::worded(respond::bytes_of(media::JSON_SCHEMA, bytes), language))
    };
    app.blocking().run(work).await
}

/// No type's name is longer.
const NAME_CHARS_MAX: usize = 100;
