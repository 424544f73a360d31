//! Which acts the rules would accept next on a stream: what they demand, of whom, and what is still open.

use axum::http::Uri;
use axum::response::Response;
use jejak_ledger::log::Position;
use jejak_ledger::rules::Asker;
use jejak_ledger::{Form, View};

use crate::app::AppState;
use crate::media;
use crate::moment::{judged_at, moment};
use crate::problem::Problem;
use crate::prospect::ProspectView;
use crate::query::Params;
use crate::reader::Reader;
use crate::respond;

/// `GET /v1/{ledger}/streams/{subject}/next?as_of&person&agency&office`. Without `as_of` the acts are judged as if
/// recorded now, with it as if recorded at the moment it names.
pub(crate) async fn next(
    app: AppState,
    view: View,
    subject: String,
    uri: &Uri,
    reader: Reader,
) -> Result<Response, Problem> {
    let params = Params::of(uri, &["as_of", "person", "agency", "office"])?;
    let as_of = params.as_of()?;
    let asker = Asker {
        person: params.of_form("person", Form::Person)?,
        agency: params.of_form("agency", Form::Agency)?,
        office: params.of_form("office", Form::Office)?,
    };
    let state = app.clone();
    let work = move || {
        let at = moment(&view, as_of)?;
        let recorded_at = judged_at(&state, as_of, at);
        let Position(position) = at.position;
        let found =
            view.prospect(&subject, asker.clone(), Position(position), recorded_at, reader.class());
        let prospect = found?.ok_or(Problem::UnknownStream)?;
        // What it rests on is read, too.
        reader.require(prospect.class())?;
        reader.saw_key(prospect.class(), &subject);
        let json = ProspectView::of(&subject, at, &asker, &prospect);
        Ok(respond::bytes_of(media::JSON, json.map_err(|error| Problem::internal(&error))?))
    };
    app.blocking().run(work).await
}
