//! The JSON of `/streams/{subject}/next`.

use jejak_ledger::Prospect;
use jejak_ledger::rules::{
    Act, Asker, ClosedAct, Demand, Entitled, FieldKind, FieldSpec, OpenAct, Outlook, Text, Thing,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::openapi::shapes::{self, Words};
use crate::reader::class_name;
use crate::wire::AsOfView;

/// What may come next on a stream.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Prospect)]
pub(crate) struct ProspectView<'a> {
    stream: &'a str,
    as_of: AsOfView,
    state: &'a str,
    version: u64,
    #[schema(schema_with = shapes::sha256)]
    ruleset: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    asker: Option<AskerView<'a>>,
    acts: Vec<OpenView<'a>>,
    closed: Vec<ClosedView<'a>>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Asker)]
struct AskerView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agency: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    office: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enrolled: Option<bool>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProspectRow)]
struct RowView<'a> {
    #[serde(rename = "type")]
    event_type: &'a str,
    row: &'a str,
    rule: &'a str,
    #[schema(schema_with = shapes::class)]
    class: &'static str,
    #[schema(value_type = Words)]
    text: &'a Text,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OpenAct)]
struct OpenView<'a> {
    #[serde(flatten)]
    row: RowView<'a>,
    #[serde(flatten)]
    outlook: OutlookView<'a>,
    steps: Vec<StepView<'a>>,
    conditions: Vec<DemandView<'a>>,
    who: Vec<WhoView<'a>>,
    /// Who must sign besides, each of them: until then the act waits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    cosigned_by: Vec<&'a str>,
    recordable: bool,
    fields: Vec<FieldView<'a>>,
    documents: Vec<DocumentView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    may: Option<OutlookView<'a>>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClosedAct)]
struct ClosedView<'a> {
    #[serde(flatten)]
    row: RowView<'a>,
    code: &'static str,
    refused_by: &'a str,
    #[schema(value_type = Words)]
    why: Text,
}

/// `yes`; `depends` on named values; `no` and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Outlook)]
struct OutlookView<'a> {
    answer: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    depends_on: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Words>)]
    why: Option<Text>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProspectStep)]
struct StepView<'a> {
    from: &'a str,
    to: &'a str,
    #[serde(flatten)]
    outlook: OutlookView<'a>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Demand)]
struct DemandView<'a> {
    rule: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Words>)]
    text: Option<&'a Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Words>)]
    demand: Option<&'a Text>,
    /// Broken, it is a finding and no refusal.
    finding: bool,
    #[serde(flatten)]
    outlook: OutlookView<'a>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Entitled)]
struct WhoView<'a> {
    actor: &'a str,
    #[schema(value_type = Words)]
    text: &'a Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    #[schema(required = false)]
    offices: &'a [String],
    #[serde(skip_serializing_if = "is_not")]
    #[schema(required = false)]
    head: bool,
    #[serde(skip_serializing_if = "is_not")]
    #[schema(required = false)]
    authority: bool,
    #[serde(skip_serializing_if = "is_not")]
    #[schema(required = false)]
    registrar: bool,
    /// The value that the signatory's agency is.
    #[serde(skip_serializing_if = "Option::is_none")]
    agency_is: Option<&'a str>,
    /// The value that the person is.
    #[serde(skip_serializing_if = "Option::is_none")]
    person_is: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    may: Option<OutlookView<'a>>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProspectField)]
struct FieldView<'a> {
    name: &'a str,
    required: bool,
    rule: &'a str,
    #[schema(value_type = Words)]
    what: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    one_of: Option<&'a [String]>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DocumentDemand)]
struct DocumentView<'a> {
    field: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    required: bool,
    /// With number and date.
    numbered: bool,
}

impl<'a> ProspectView<'a> {
    /// Renders at once: the acts borrow from the prospect's rule set.
    pub(crate) fn of(
        stream: &'a str,
        as_of: AsOfView,
        asker: &'a Asker,
        prospect: &'a Prospect,
    ) -> Result<Vec<u8>, serde_json::Error> {
        let next = prospect.acts();
        let thing = prospect.thing.as_ref();
        let state = thing.map_or(Thing::NONE, |thing| thing.state.as_str());
        let view = ProspectView {
            stream,
            as_of,
            state,
            version: thing.map_or(0, |thing| thing.version),
            ruleset: prospect.ruleset.hash().to_string(),
            asker: asker.is_named().then_some(AskerView {
                person: asker.person.as_deref(),
                agency: asker.agency.as_deref(),
                office: asker.office.as_deref(),
                enrolled: prospect.is_enrolled,
            }),
            acts: next.open.iter().map(|open| OpenView::of(open, state)).collect(),
            closed: next.closed.iter().map(ClosedView::of).collect(),
        };
        serde_json::to_vec(&view)
    }
}

impl<'a> RowView<'a> {
    fn of(act: &'a Act) -> Self {
        Self {
            event_type: &act.kind,
            row: &act.row,
            rule: &act.rule,
            class: class_name(act.class),
            text: &act.wording,
        }
    }
}

impl<'a> OpenView<'a> {
    fn of(open: &'a OpenAct<'a>, state: &'a str) -> Self {
        let is_asked = open.may.is_some();
        let step = |step: &'a jejak_ledger::rules::OpenStep<'a>| StepView {
            from: state,
            to: step.to,
            outlook: OutlookView::of(&step.outlook),
        };
        let fields = &open.act.fields;
        Self {
            row: RowView::of(open.act),
            outlook: OutlookView::of(&open.outlook),
            steps: open.steps.iter().map(step).collect(),
            conditions: open.conditions.iter().map(DemandView::of).collect(),
            who: open.who.iter().map(|who| WhoView::of(who, is_asked)).collect(),
            cosigned_by: open.act.cosigners().map(|(actor, _)| actor).collect(),
            recordable: open.is_recordable,
            fields: fields.iter().map(|field| FieldView::of(field, open.act)).collect(),
            documents: fields.iter().filter_map(DocumentView::of).collect(),
            may: open.may.as_ref().map(OutlookView::of),
        }
    }
}

impl<'a> ClosedView<'a> {
    fn of(closed: &'a ClosedAct<'a>) -> Self {
        Self {
            row: RowView::of(closed.act),
            code: closed.code.as_str(),
            refused_by: &closed.rule,
            why: closed.why.text(),
        }
    }
}

impl<'a> OutlookView<'a> {
    fn of(outlook: &'a Outlook) -> Self {
        let told = |answer, depends_on, why| Self { answer, depends_on, why };
        match outlook {
            Outlook::Holds => told("yes", Vec::new(), None),
            Outlook::Depends(on) => told("depends", on.iter().map(String::as_str).collect(), None),
            Outlook::Fails(why) => told("no", Vec::new(), Some(why.text())),
        }
    }
}

impl<'a> DemandView<'a> {
    fn of(demand: &'a Demand<'a>) -> Self {
        Self {
            rule: demand.rule,
            text: demand.wording,
            demand: demand.words.as_ref(),
            finding: demand.warn,
            outlook: OutlookView::of(&demand.outlook),
        }
    }
}

impl<'a> WhoView<'a> {
    fn of(who: &'a Entitled<'a>, is_asked: bool) -> Self {
        let of = who.of.as_deref();
        Self {
            actor: who.written,
            text: &who.words,
            function: who.function,
            kind: who.kind,
            offices: who.offices,
            head: who.head,
            authority: who.authority,
            registrar: who.registrar,
            agency_is: of.filter(|_| !who.itself),
            person_is: of.filter(|_| who.itself),
            may: is_asked.then(|| OutlookView::of(&who.outlook)),
        }
    }
}

impl<'a> FieldView<'a> {
    fn of(field: &'a FieldSpec, act: &'a Act) -> Self {
        let (id, en) = field.kind.in_words();
        Self {
            name: &field.name,
            required: field.required,
            rule: field.rule.as_deref().unwrap_or(&act.rule),
            what: Text { id: id.to_owned(), en: en.to_owned() },
            one_of: match &field.kind {
                FieldKind::Enum { one_of } => Some(one_of),
                _ => None,
            },
        }
    }
}

impl<'a> DocumentView<'a> {
    /// Of a field that is a document, or a list of them.
    fn of(field: &'a FieldSpec) -> Option<Self> {
        let kind = match &field.kind {
            FieldKind::List { of, .. } => of,
            kind => kind,
        };
        let FieldKind::Document { is, numbered } = kind else { return None };
        Some(Self {
            field: &field.name,
            kind: is.as_deref(),
            required: field.required,
            numbered: *numbered,
        })
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_not(flag: &bool) -> bool {
    !flag
}
