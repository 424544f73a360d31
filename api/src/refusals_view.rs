//! How the refusals that a ledger keeps are shown: those of events above the reader's class only as that they were.

use jejak_ledger::RefusedEvent;
use serde::Serialize;
use utoipa::ToSchema;

use crate::openapi::shapes;
use crate::reader::{Reader, class_name};
use crate::wire::{SignerView, Time};

/// A page of the refusals that are kept, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RefusalPage)]
pub(crate) struct RefusalsView {
    pub(crate) refusals: Vec<RefusalView>,
    pub(crate) next: Option<String>,
}

/// A refusal that is kept, as far as the reader may see it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = RefusalOrStub)]
pub(crate) enum RefusalView {
    /// All of it.
    Shown(Box<ShownRefusal>),
    /// That it was.
    Withheld(WithheldRefusal),
}

/// Who was told no, when, and why. No payload.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Refusal)]
pub(crate) struct ShownRefusal {
    #[schema(schema_with = shapes::time)]
    refused_at: Time,
    code: String,
    /// That of the event; `restricted` where nobody can tell.
    #[schema(schema_with = shapes::class)]
    class: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    /// RFC 6901 pointer into the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    #[schema(schema_with = shapes::sha256)]
    event_key: String,
    /// Where the payload was an event: its id, type, subject and source.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    signer: SignerView,
}

/// That a statement was refused, and no more.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WithheldRefusal {
    #[schema(schema_with = shapes::time)]
    refused_at: Time,
    code: String,
    #[schema(schema_with = shapes::class)]
    class: &'static str,
    withheld: bool,
}

impl RefusalView {
    pub(crate) fn of(refused: RefusedEvent, reader: &Reader) -> Self {
        let (refused_at, class) = (Time(refused.refused_at), class_name(refused.class));
        if !reader.may_see(refused.class) {
            let code = refused.code;
            return Self::Withheld(WithheldRefusal { refused_at, code, class, withheld: true });
        }
        let (id, kind, subject, source) = match refused.event {
            Some(event) => {
                (Some(event.id), Some(event.kind), Some(event.subject), Some(event.source))
            }
            None => (None, None, None, None),
        };
        Self::Shown(Box::new(ShownRefusal {
            refused_at,
            code: refused.code,
            class,
            rule: refused.rule,
            pointer: refused.pointer,
            event_key: refused.event_key.to_string(),
            id,
            kind,
            subject,
            source,
            signer: SignerView::of(refused.person, refused.agency, &refused.certificate),
        }))
    }
}
