//! The list of documents that events name, with what they say of them and whether the bytes are held.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use jejak_ledger::cursor::Place;
use jejak_ledger::documents::{DocumentFilter, DocumentKind, DocumentRow};
use jejak_ledger::log::Position;
use jejak_ledger::{AsOf, Form, View};
use jejak_signer::Hash;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::listing::{self, Listing, Next};
use crate::moment::moment;
use crate::openapi::shapes;
use crate::path::InLedger;
use crate::problem::{Fault, Problem};
use crate::query::{Params, invalid};
use crate::reader::{Reader, class_name};
use crate::respond;
use crate::wire::AsOfView;

/// `GET /v1/{ledger}/documents?kind&number&subject&from&to&held&as_of&limit&cursor`, in the order of their digests.
pub(crate) async fn list(
    State(app): State<AppState>,
    InLedger(ledger): InLedger,
    uri: Uri,
    reader: Reader,
) -> Result<Response, Problem> {
    let params = Params::of(&uri, &KNOWN)?;
    let name = format!("{}/documents", ledger.region());
    let rows_max = app.config().limits.page_rows_max;
    let listing = Listing::of(name, uri.path(), &params, rows_max, &reader)?;
    let view = ledger.view();
    let work = {
        let app = app.clone();
        move || {
            let question = Question::of(&app, &listing, &view)?;
            let (page, next) = question.page(&app, &listing, &view, &reader)?;
            respond::page(&page, next)
        }
    };
    app.documents().run(work).await
}

/// Which documents, as of when, from where.
struct Question {
    filter: DocumentFilter,
    held: Option<bool>,
    as_of: AsOfView,
    after: Option<Hash>,
}

impl Question {
    fn of(app: &AppState, listing: &Listing, view: &View) -> Result<Self, Problem> {
        let params = &listing.question;
        let text = |name| Ok::<_, Problem>(params.text(name)?.map(str::to_owned));
        let filter = DocumentFilter {
            kind: text("kind")?,
            number: text("number")?,
            subject: params.of_form("subject", Form::Stream)?,
            from: day(params, "from")?,
            to: day(params, "to")?,
        };
        let last = listing.size(view)?.saturating_sub(1);
        let as_of = moment(view, AsOf::Position(Position(last)))?;
        let after = match listing.place() {
            None => None,
            Some(Place::Key(key)) => Some(key.clone()),
            Some(Place::Kept(id)) => Some(app.places().key(id).ok_or(Problem::PlaceForgotten)?),
            Some(Place::Position(_)) => return Err(listing::foreign()),
        };
        let after = after.map(|key| key.parse().map_err(|_| listing::foreign())).transpose()?;
        Ok(Self { filter, held: params.flag("held")?, as_of, after })
    }

    /// Bounded in rows and in what it looks at: a filter that matches little ends a page early.
    fn page(
        self,
        app: &AppState,
        listing: &Listing,
        view: &View,
        reader: &Reader,
    ) -> Result<(DocumentsView, Option<Next>), Problem> {
        let documents = app.ledgers().documents();
        let as_of = self.as_of;
        let mut rows = Vec::new();
        let (mut after, mut examine) = (self.after, EXAMINED_MAX);
        let next_is_shown = loop {
            let bounds = (listing.limit - rows.len(), examine);
            let page =
                view.documents(&self.filter, reader.class(), as_of.position, after, bounds)?;
            examine = examine.saturating_sub(page.examined);
            for row in page.rows {
                let is_held = match documents.size(view, &row.sha256)? {
                    None => false,
                    // Bytes of another size than he may know of are not held for him.
                    Some(size) => view.naming_of_size(&row.sha256, size, reader.class())?.is_some(),
                };
                if self.held.is_none_or(|wanted| wanted == is_held) && reader.may_see(row.class) {
                    reader.saw_key(row.class, &row.sha256.to_string());
                    rows.push(DocumentView::of(row, is_held));
                }
            }
            after = page.next;
            if after.is_none() || examine == 0 || rows.len() >= listing.limit {
                break page.next_is_shown;
            }
        };
        let next = after.map(|sha256| {
            let key = sha256.to_string();
            let place =
                if next_is_shown { Place::Key(key) } else { Place::Kept(app.places().keep(key)) };
            listing.next(as_of.position.0.saturating_add(1), place)
        });
        let next = next.transpose()?;
        let cursor = next.as_ref().map(|next| next.cursor.clone());
        Ok((DocumentsView { as_of, documents: rows, next: cursor }, next))
    }
}

fn day(params: &Params, name: &str) -> Result<Option<Date>, Problem> {
    let Some(text) = params.text(name)? else { return Ok(None) };
    text.parse().map(Some).map_err(|_| invalid(name, Fault::Moment))
}

/// A page of documents.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Documents)]
pub(crate) struct DocumentsView {
    as_of: AsOfView,
    documents: Vec<DocumentView>,
    #[schema(required)]
    next: Option<String>,
}

/// A document as an event names it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Document)]
pub(crate) struct DocumentView {
    #[schema(schema_with = shapes::sha256)]
    sha256: String,
    /// The lowest class of the events that name it.
    #[schema(schema_with = shapes::class)]
    class: &'static str,
    /// Positions of the events that name it, as far as the reader may see them; the first 64.
    named_by: Vec<u64>,
    /// Whether its bytes are here.
    held: bool,
    /// What an event says of it; absent where the statements that name it are not held.
    #[serde(flatten)]
    cited: Option<CitedView>,
}

/// What an event says of a document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CitedDocument)]
pub(crate) struct CitedView {
    /// The word of the event.
    kind: String,
    /// What people call that kind.
    #[schema(required)]
    family: Option<&'static str>,
    #[schema(required)]
    number: Option<String>,
    #[schema(required)]
    date: Option<String>,
    /// Person ids and offices.
    signatory: Vec<String>,
    name: String,
    mediatype: String,
    size: u64,
}

impl DocumentView {
    fn of(row: DocumentRow, held: bool) -> Self {
        let cited = row.cited.map(|cited| {
            let document = cited.document;
            CitedView {
                family: DocumentKind::of(&document.kind).map(|kind| kind.family),
                kind: document.kind,
                number: document.number,
                date: document.date.map(|date| date.to_string()),
                signatory: document.signatory,
                name: document.name,
                mediatype: document.mediatype,
                size: document.size,
            }
        });
        Self {
            sha256: row.sha256.to_string(),
            class: class_name(row.class),
            named_by: row.named_by.iter().map(|position| position.0).collect(),
            held,
            cited,
        }
    }
}

const KNOWN: [&str; 9] =
    ["kind", "number", "subject", "from", "to", "held", "as_of", "limit", "cursor"];
/// Documents looked at for one page. Each may be named by many events, and be kept elsewhere.
const EXAMINED_MAX: usize = 2_000;
