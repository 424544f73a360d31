//! An actor that a rule set names: `DINAS`, `BUPATI`.

use super::{Acting, has_person};
use crate::event::is_office;
use crate::rules::Warning;
use crate::rules::reader::{Node, RuleSetError, RuleSetReason};
use crate::rules::refusal::Text;
use crate::rules::succession;
use crate::rules::thing::{Field, Thing};

/// An actor that a rule set names: `DINAS`, `BUPATI`. All that it demands must hold.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word that a rule set may use alone")]
pub(crate) struct Actor {
    /// The agency has this function: `kominfo`.
    pub(crate) function: Option<String>,
    /// The agency is of this kind: `opd`.
    pub(crate) kind: Option<String>,
    /// One of these offices is used.
    pub(super) offices: Vec<String>,
    /// The office used is the headship of the agency.
    pub(crate) head: bool,
    /// One of the two authorities of the ledger.
    pub(crate) authority: bool,
    /// One of the registrars of the ledger.
    pub(crate) registrar: bool,
    /// One of the services that sign for the ledger itself: a system.
    pub(crate) service: bool,
    /// One of the authorities or of the registrars.
    pub(crate) founder: bool,
    /// Another than the one who signed first, and he himself: a second key. Of further signatures only.
    pub(crate) other: bool,
    /// The office used is the one that the event is about.
    pub(crate) holder: bool,
    /// The agency should be in one of these states; if not, the act is accepted with a finding.
    pub(super) finding: Option<Finding>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Finding {
    pub(super) states: Vec<String>,
    pub(super) warning: Warning,
}

impl Actor {
    /// Reads `[actors.NAME]`.
    pub(crate) fn read(mut node: Node) -> Result<Self, RuleSetError> {
        let actor = Self {
            function: node.text("function")?,
            kind: node.formed(
                "kind",
                |kind| KINDS.contains(&kind),
                ("opd, stakeholder atau central", "opd, stakeholder or central"),
            )?,
            offices: read_offices(&mut node)?,
            head: node.flag("head")?.unwrap_or(false),
            authority: node.flag("authority")?.unwrap_or(false),
            registrar: node.flag("registrar")?.unwrap_or(false),
            service: node.flag("service")?.unwrap_or(false),
            founder: node.flag("founder")?.unwrap_or(false),
            other: node.flag("other")?.unwrap_or(false),
            holder: node.flag("holder")?.unwrap_or(false),
            finding: node.table("finding")?.map(Finding::read).transpose()?,
        };
        let nobody = node.whole(RuleSetReason::Anybody);
        let is_close = node.is_close();
        node.finish()?;
        if is_close && !actor.demands_anything() { Err(nobody) } else { Ok(actor) }
    }

    /// Is there anybody who is not one? That its agency should be in a state refuses nobody.
    fn demands_anything(&self) -> bool {
        self.function.is_some()
            || self.kind.is_some()
            || self.needs_office()
            || self.is_power()
            || self.other
    }

    /// All that it demands.
    pub(super) fn in_words(&self) -> Text {
        let agency = match self.kind.as_deref() {
            None | Some("opd") => ("perangkat daerah", "agency"),
            Some("stakeholder") => ("pemangku kepentingan", "stakeholder"),
            Some("central") => ("instansi pusat", "central agency"),
            Some(kind) => (kind, kind),
        };
        let mut demands: Vec<(String, String)> = Vec::new();
        let mut demand = |id: String, en: String| demands.push((id, en));
        match &self.function {
            Some(function) => demand(
                format!("{} dengan fungsi {function}", agency.0),
                format!("{} with the function {function}", agency.1),
            ),
            None if self.kind.is_some() => demand(agency.0.to_owned(), agency.1.to_owned()),
            None => {}
        }
        if !self.offices.is_empty() {
            let offices = self.offices.join(", ");
            demand(format!("jabatan {offices}"), format!("office {offices}"));
        }
        for (demanded, id, en) in [
            (self.head, "kepala instansi", "head of the agency"),
            (self.authority, "pemegang otoritas buku besar", "authority of the ledger"),
            (self.registrar, "pendaftar buku besar", "registrar of the ledger"),
            (self.service, "layanan buku besar", "service of the ledger"),
            (
                self.founder,
                "pemegang otoritas atau pendaftar buku besar",
                "authority or registrar of the ledger",
            ),
            (self.holder, "pemegang jabatan tersebut", "holder of that office"),
            (self.other, "bukan penanda tangan pertama", "not the one who signed first"),
        ] {
            if demanded {
                demand(id.to_owned(), en.to_owned());
            }
        }
        let (id, en): (Vec<_>, Vec<_>) = demands.into_iter().unzip();
        Text { id: id.join(", "), en: en.join(", ") }
    }

    /// All that it demands, as a rule set writes it: `function kominfo`, `head`.
    pub(crate) fn written(&self) -> impl Iterator<Item = String> {
        let of = |what: &'static str| move |name: &String| format!("{what} {name}");
        let flags = [
            (self.head, "head"),
            (self.authority, "authority"),
            (self.registrar, "registrar"),
            (self.service, "service"),
            (self.founder, "founder"),
            (self.holder, "holder"),
        ];
        let flags = flags.into_iter().filter(|(holds, _)| *holds);
        let function = self.function.iter().map(of("function"));
        let kind = self.kind.iter().map(of("kind"));
        let offices = self.offices.iter().map(of("office"));
        function.chain(kind).chain(offices).chain(flags.map(|(_, name)| name.to_owned()))
    }

    /// The states in which its agency should be.
    pub(crate) fn finding_states(&self) -> impl Iterator<Item = &str> {
        self.finding.iter().flat_map(|finding| &finding.states).map(String::as_str)
    }

    pub(crate) fn needs_agency(&self) -> bool {
        self.function.is_some() || self.kind.is_some() || self.finding.is_some()
    }

    pub(crate) fn needs_office(&self) -> bool {
        self.head || self.holder || !self.offices.is_empty()
    }

    /// Only a person can be one, not a system.
    pub(crate) fn needs_person(&self) -> bool {
        self.needs_office() || self.authority || self.registrar || self.founder
    }

    /// Is it one of those who stand on a list of the ledger?
    pub(crate) fn is_power(&self) -> bool {
        self.authority || self.registrar || self.service || self.founder
    }

    /// What it demands of the agency: one that has not ended, with the function and of the kind.
    pub(crate) fn is_of_agency(&self, agency: Option<&Thing>) -> bool {
        let agency_is =
            |name: &str, want: &str| agency.and_then(|thing| thing.text(name)) == Some(want);
        let has_function = |function: &str| {
            let functions = agency.and_then(|thing| thing.fields.get("functions"));
            functions
                .and_then(Field::as_list)
                .is_some_and(|list| list.iter().any(|field| field.as_text() == Some(function)))
        };
        let stands = agency.is_some_and(|thing| thing.state != succession::ENDED);
        (!self.needs_agency() || stands)
            && self.function.as_deref().is_none_or(has_function)
            && self.kind.as_deref().is_none_or(|kind| agency_is("kind", kind))
    }

    pub(super) fn is(
        &self,
        acting: Acting<'_>,
        has_power: bool,
        agency: Option<&Thing>,
        ledger: Option<&Thing>,
    ) -> bool {
        (!self.needs_person() || acting.personal)
            && self.is_of_agency(agency)
            && (self.offices.is_empty()
                || acting.office.is_some_and(|office| self.offices.iter().any(|own| own == office)))
            && (!self.head || acting.heads_own_agency())
            && self.is_listed(acting.person, ledger)
            && (!self.is_power() || has_power)
    }

    /// Does the person stand on the lists of the ledger that it demands?
    pub(crate) fn is_listed(&self, person: &str, ledger: Option<&Thing>) -> bool {
        let listed = |list: &str| ledger.is_some_and(|thing| has_person(thing, list, person));
        (!self.authority || listed("authorities"))
            && (!self.registrar || listed("registrars"))
            && (!self.service || listed("services"))
            && (!self.founder || listed("authorities") || listed("registrars"))
    }
}

/// The kinds of agencies (`agency.registered`).
const KINDS: [&str; 3] = ["opd", "stakeholder", "central"];

fn read_offices(node: &mut Node) -> Result<Vec<String>, RuleSetError> {
    let offices = node.texts("office")?.unwrap_or_default();
    match offices.iter().find(|office| node.is_close() && !is_office(office)) {
        Some(value) => {
            let form = ("jabatan: role/ dan idnya", "an office: role/ and its id");
            Err(node.fail("office", RuleSetReason::Form { value: value.clone(), form }))
        }
        None => Ok(offices),
    }
}

impl Finding {
    fn read(mut node: Node) -> Result<Self, RuleSetError> {
        let missing = |node: &Node, key| node.fail(key, RuleSetReason::Missing);
        let finding = Self {
            states: node.texts("state")?.ok_or_else(|| missing(&node, "state"))?,
            warning: Warning {
                rule: node.need_rule("rule")?,
                text: node.wording("text")?.ok_or_else(|| missing(&node, "text"))?,
            },
        };
        node.finish()?;
        Ok(finding)
    }
}
