//! What is told of a rehearsal: whether its event would be accepted, what it would change, and everything that
//! stands in its way, in the caller's language.

use jejak_ledger::log::Position;
use jejak_ledger::rules::Thing;
use jejak_ledger::{Change, Failure, Found, Refusal, Rehearsal};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::context::{Context, Language};
use crate::noted_view::AwaitedView;
use crate::openapi::shapes;
use crate::problem::{self, Problem, RECORDED, REPEATED};
use crate::texts;

/// The answer to one trial.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rehearsed {
    accepted: bool,
    would: Would,
    warnings: Vec<Finding>,
    failures: Vec<FailureView>,
}

/// What posting the event would come to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RehearsedOutcome)]
struct Would {
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = shapes::position, required = false)]
    position: Option<Position>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    changes: Vec<ChangeView>,
    /// Whose signatures the act would wait for before it takes effect.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    awaits: Vec<AwaitedView>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RehearsedChange)]
struct ChangeView {
    subject: String,
    before: String,
    after: String,
    version: u64,
    detail: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RehearsedFinding)]
struct Finding {
    rule: String,
    detail: String,
}

/// One thing that stands in the way: the members of a problem that a caller can mend something by.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RehearsedFailure)]
struct FailureView {
    code: &'static str,
    status: u16,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pointer: String,
    detail: String,
    #[serde(flatten)]
    #[schema(ignore)]
    facts: Map<String, Value>,
}

impl Rehearsed {
    /// A statement that is no trial was not tried, nor was one over a quota: the answer is that of a post.
    pub(crate) fn of(rehearsal: Rehearsal, context: &Context) -> Result<Self, Problem> {
        Ok(match rehearsal {
            Rehearsal::Accepted { position, changes, noted } => {
                let awaits = AwaitedView::all(noted.awaits);
                let change = |one| ChangeView::of(one, &awaits, context);
                let changes = changes.into_iter().map(change).collect();
                let (status, position) = (RECORDED.as_u16(), Some(position));
                let found = noted.found.into_iter().map(|one| Finding::of(one, context));
                Self {
                    accepted: true,
                    would: Would { status, position, changes, awaits },
                    warnings: found.collect(),
                    failures: Vec::new(),
                }
            }
            Rehearsal::Repeated(position) => Self {
                accepted: true,
                would: Would {
                    status: REPEATED.as_u16(),
                    position: Some(position),
                    changes: Vec::new(),
                    awaits: Vec::new(),
                },
                warnings: Vec::new(),
                failures: Vec::new(),
            },
            Rehearsal::Limited(over) => return Err(Problem::Failed(Failure::OverQuota(over))),
            Rehearsal::Refused(mut refusals) => {
                if refusals.first().is_some_and(|first| first.code() == problem::NOT_A_TRIAL) {
                    return Err(Problem::Refused(refusals.swap_remove(0)));
                }
                let status = refusals.first().map(problem::refusal_status);
                let failures = refusals.into_iter().flat_map(|one| FailureView::all(one, context));
                Self {
                    accepted: false,
                    would: Would {
                        status: status.unwrap_or_default().as_u16(),
                        position: None,
                        changes: Vec::new(),
                        awaits: Vec::new(),
                    },
                    warnings: Vec::new(),
                    failures: failures.collect(),
                }
            }
        })
    }
}

impl ChangeView {
    /// What an act that waits would change of its stream is that it waits there.
    fn of(change: Change, awaits: &[AwaitedView], context: &Context) -> Self {
        let Change { subject, before, after, version } = change;
        let detail = context.words(|language| {
            let mut step = step(&before, &after, language);
            if let Some(waits) = waits_for(awaits, language) {
                step = format!("{step}, {waits}");
            }
            match language {
                Language::Indonesian => format!("{subject}: {step}, peristiwa ke-{version}"),
                Language::English => format!("{subject}: {step}, event {version}"),
            }
        });
        Self { subject, before, after, version, detail }
    }
}

/// What becomes of a state, in words. Many things have none, and keep none.
fn step(before: &str, after: &str, language: Language) -> String {
    let (stays, none) = match language {
        Language::Indonesian => ("keadaan tetap", "belum ada"),
        Language::English => ("the state stays", "none yet"),
    };
    let named = |state: &str| if state == Thing::NONE { none.to_owned() } else { state.to_owned() };
    match (before == after, language) {
        (true, _) if before == Thing::NONE => stays.to_owned(),
        (true, _) => format!("{stays} {before}"),
        (false, Language::Indonesian) => format!("dari {} menjadi {}", named(before), named(after)),
        (false, Language::English) => format!("from {} to {}", named(before), named(after)),
    }
}

/// That the act waits, and for whose signature.
fn waits_for(awaits: &[AwaitedView], language: Language) -> Option<String> {
    let names: Vec<&str> = awaits.iter().map(|one| one.words(language.of_rules())).collect();
    let (first, names) = (names.first(), names.join("; "));
    first.map(|_| match language {
        Language::Indonesian => format!("menunggu tanda tangan: {names}"),
        Language::English => format!("waits for the signature of: {names}"),
    })
}

impl Finding {
    fn of(Found { rule, text, .. }: Found, context: &Context) -> Self {
        let detail = context.words(|language| {
            let words = text.as_ref().map(|text| text.in_language(language.of_rules()));
            words.unwrap_or(&rule).to_owned()
        });
        Self { rule, detail }
    }
}

impl FailureView {
    /// One for each place that is wrong.
    fn all(refusal: Refusal, context: &Context) -> Vec<Self> {
        let problem = Problem::Refused(refusal);
        let words = texts::to(context, &problem);
        let at = |rule: Option<String>, pointer: String, detail: String| Self {
            code: problem.code(),
            status: problem.status().as_u16(),
            title: words.title.clone(),
            rule,
            pointer,
            detail,
            facts: problem.facts(),
        };
        // The whole paragraph, with the words of the rule, where there is but one.
        match words.errors.as_slice() {
            [] => vec![at(problem.rule(), String::new(), words.detail.clone())],
            [only] => {
                let rule = only.rule.clone().or_else(|| problem.rule());
                vec![at(rule, only.pointer.clone(), words.detail.clone())]
            }
            several => {
                let each = several.iter();
                each.map(|one| at(one.rule.clone(), one.pointer.clone(), one.detail.clone()))
                    .collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_of_a_state_reads_as_what_it_does() {
        use Language::{English, Indonesian};
        assert_eq!(step("none", "none", Indonesian), "keadaan tetap");
        assert_eq!(step("granted", "granted", English), "the state stays granted");
        assert_eq!(step("none", "requested", Indonesian), "dari belum ada menjadi requested");
        assert_eq!(step("requested", "granted", English), "from requested to granted");
    }
}
