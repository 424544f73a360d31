//! Who acts, and may he? Offices are judged on the day of recording; where a recorder records
//! somebody else's decision, the decider's office is judged on the day of the decision.

use jiff::civil::Date;

use super::act::Act;
use super::mandate::{Right, Use};
use super::operand::{Context, Item, Operand, World};
use super::reader::{Node, RuleSetError, RuleSetReason};
use super::refusal::{Code, Refusal, Text, Why};
use super::ruleset::Structural;
use super::succession::{self, stands_for};
use super::thing::{Facts, Field, Fields, Thing};
use super::{Signatory, Warning};
use crate::event::{Event, Mandate, SignedAs, is_office, parse_date};

/// An actor that a rule set names: `DINAS`, `BUPATI`. All that it demands must hold.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word that a rule set may use alone")]
pub(crate) struct Actor {
    /// The agency has this function: `kominfo`.
    pub(super) function: Option<String>,
    /// The agency is of this kind: `opd`.
    pub(super) kind: Option<String>,
    /// One of these offices is used.
    offices: Vec<String>,
    /// The office used is the headship of the agency.
    pub(super) head: bool,
    /// One of the two authorities of the ledger.
    pub(super) authority: bool,
    /// One of the registrars of the ledger.
    pub(super) registrar: bool,
    /// One of the services that sign for the ledger itself: a system.
    pub(super) service: bool,
    /// One of the authorities or of the registrars.
    pub(super) founder: bool,
    /// Another than the one who signed first, and he himself: a second key. Of further signatures only.
    pub(super) other: bool,
    /// The office used is the one that the event is about.
    pub(super) holder: bool,
    /// The agency should be in one of these states; if not, the act is accepted with a finding.
    finding: Option<Finding>,
}

#[derive(Debug, Clone, PartialEq)]
struct Finding {
    states: Vec<String>,
    warning: Warning,
}

/// One entry of an act's `who`: an actor, perhaps in relation to a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Who {
    /// As written: `PSE of data.holder`.
    pub(crate) text: String,
    pub(crate) actor: Actor,
    of: Option<Operand>,
    /// `SELF of ...`: the relation is to the person, not to the agency.
    pub(crate) itself: bool,
}

/// The person on whose authority the act rests.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Acting<'a> {
    pub(crate) person: &'a str,
    pub(crate) agency: &'a str,
    pub(crate) office: Option<&'a str>,
    tenure: Option<&'a Fields>,
    /// The mandate under which he uses it, where it is not his own.
    pub(crate) delegation: Option<&'a Fields>,
    /// A person signed himself; the certificate of a system holds no office and is nobody.
    personal: bool,
}

impl Actor {
    /// Reads `[actors.NAME]`.
    pub(crate) fn read(mut node: Node) -> Result<Self, RuleSetError> {
        let actor = Self {
            function: node.text("function")?,
            kind: node.formed(
                "kind",
                |kind| KINDS.contains(&kind),
                "opd, stakeholder or central",
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
    fn in_words(&self) -> Text {
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
    pub(super) fn finding_states(&self) -> impl Iterator<Item = &str> {
        self.finding.iter().flat_map(|finding| &finding.states).map(String::as_str)
    }

    pub(super) fn needs_agency(&self) -> bool {
        self.function.is_some() || self.kind.is_some() || self.finding.is_some()
    }

    fn needs_office(&self) -> bool {
        self.head || self.holder || !self.offices.is_empty()
    }

    /// Only a person can be one, not a system.
    pub(super) fn needs_person(&self) -> bool {
        self.needs_office() || self.authority || self.registrar || self.founder
    }

    /// Is it one of those who stand on a list of the ledger?
    pub(super) fn is_power(&self) -> bool {
        self.authority || self.registrar || self.service || self.founder
    }

    /// What it demands of the agency: one that has not ended, with the function and of the kind.
    pub(super) fn is_of_agency(&self, agency: Option<&Thing>) -> bool {
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

    fn is(
        &self,
        acting: Acting<'_>,
        has_power: bool,
        agency: Option<&Thing>,
        ledger: Option<&Thing>,
    ) -> bool {
        let listed =
            |list: &str| ledger.is_some_and(|thing| has_person(thing, list, acting.person));
        (!self.needs_person() || acting.personal)
            && self.is_of_agency(agency)
            && (self.offices.is_empty()
                || acting.office.is_some_and(|office| self.offices.iter().any(|own| own == office)))
            && (!self.head || acting.heads_own_agency())
            && (!self.authority || listed("authorities"))
            && (!self.registrar || listed("registrars"))
            && (!self.service || listed("services"))
            && (!self.founder || listed("authorities") || listed("registrars"))
            && (!self.is_power() || has_power)
    }
}

/// The kinds of agencies (`agency.registered`).
const KINDS: [&str; 3] = ["opd", "stakeholder", "central"];

fn read_offices(node: &mut Node) -> Result<Vec<String>, RuleSetError> {
    let offices = node.texts("office")?.unwrap_or_default();
    match offices.iter().find(|office| node.is_close() && !is_office(office)) {
        Some(value) => {
            let form = "an office: role/ and its id";
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

impl Who {
    /// Resolves `DINAS` or `PSE of data.holder`; `SELF of subject.person` needs no definition.
    pub(crate) fn resolve(
        text: &str,
        actor: impl FnOnce(&str) -> Option<Actor>,
        operand: impl FnOnce(&str) -> Result<Operand, RuleSetReason>,
    ) -> Result<Self, RuleSetReason> {
        let (name, of) = match text.split_once(" of ") {
            Some((name, of)) => (name, Some(operand(of)?)),
            None => (text, None),
        };
        let itself = name == "SELF" && of.is_some();
        let undefined = || RuleSetReason::Undefined { name: name.to_owned() };
        let actor = if itself { Actor::default() } else { actor(name).ok_or_else(undefined)? };
        Ok(Self { text: text.to_owned(), actor, of, itself })
    }

    /// The offices, one of which is used; empty where none is needed, or any headship does.
    pub(super) fn offices(&self) -> &[String] {
        &self.actor.offices
    }

    /// `DINAS (agency with the function kominfo)`; `PSE (agency) of "holder" of the event`.
    pub(crate) fn in_words(&self) -> Text {
        self.in_words_for(None)
    }

    /// The same of an act of the agency `source`: `KAOPD (head of the agency) of dinkes`.
    pub(crate) fn in_words_for(&self, source: Option<&str>) -> Text {
        let described = |name: &str, words: &str| {
            if words.is_empty() { name.to_owned() } else { format!("{name} ({words})") }
        };
        let name = self.text.split_once(" of ").map_or(self.text.as_str(), |(name, _)| name);
        let words = self.actor.in_words();
        let Text { mut id, mut en } = if self.itself {
            Text { id: "yang bersangkutan sendiri".to_owned(), en: "the person himself".to_owned() }
        } else {
            Text { id: described(name, &words.id), en: described(name, &words.en) }
        };
        if let Some(of) = &self.of {
            let of = match (of, source) {
                (Operand::Source, Some(agency)) => {
                    Text { id: agency.to_owned(), en: agency.to_owned() }
                }
                (of, _) => of.in_words(),
            };
            let (indonesian, english) = if self.itself { (", ", ", ") } else { (" dari ", " of ") };
            id = format!("{id}{indonesian}{}", of.id);
            en = format!("{en}{english}{}", of.en);
        }
        Text { id, en }
    }

    /// Must it be another than the one who signed first?
    pub(crate) fn is_another(&self) -> bool {
        self.actor.other
    }

    /// What it finds of an actor who acts all the same.
    pub(super) fn finding(&self) -> Option<&Warning> {
        self.actor.finding.as_ref().map(|finding| &finding.warning)
    }

    pub(crate) fn of(&self) -> Option<&Operand> {
        self.of.as_ref()
    }

    /// Is `own`, the person or agency that acts, the value of the operand? An agency stands for those that it
    /// succeeded, where the value is one that is kept.
    pub(super) fn is_that_of(&self, of: &Operand, own: &str, context: &Context<'_>) -> bool {
        let Some(value) = of.value(context).and_then(Item::as_text) else { return false };
        match context.world {
            Some(world) if !self.itself && of.is_of_things() => stands_for(world.facts, own, value),
            _ => value == own,
        }
    }

    pub(crate) fn is(
        &self,
        context: &Context<'_>,
        agency: Option<&Thing>,
        ledger: Option<&Thing>,
    ) -> bool {
        self.is_if(context.has_power(), context, agency, ledger)
    }

    fn is_if(
        &self,
        has_power: bool,
        context: &Context<'_>,
        agency: Option<&Thing>,
        ledger: Option<&Thing>,
    ) -> bool {
        let Some(world) = context.world else { return false };
        let related = self.of.as_ref().is_none_or(|of| {
            let own = if self.itself { world.acting.person } else { world.acting.agency };
            self.is_that_of(of, own, context)
        });
        let its_own =
            !self.actor.holder || world.acting.office == Some(context.event.subject.as_str());
        related
            && its_own
            && (!self.itself || world.acting.personal)
            && self.actor.is(world.acting, has_power, agency, ledger)
    }
}

impl<'a> Acting<'a> {
    /// The signatory in his own right, without an office.
    pub(crate) fn in_person(signatory: &'a Signatory) -> Self {
        Self {
            person: &signatory.person,
            agency: &signatory.agency,
            office: None,
            tenure: None,
            delegation: None,
            personal: signatory.kind != SYSTEM,
        }
    }

    /// On whose authority does the event rest, and does he hold the office that it names?
    pub(crate) fn judge(
        version: Structural,
        event: &'a Event,
        facts: &'a Facts,
        signatory: &'a Signatory,
        today: Date,
    ) -> Result<Self, (&'static str, Why)> {
        let Some(office) = event.office.as_deref() else { return Ok(Self::in_person(signatory)) };
        let own = Use { facts, office, person: &signatory.person, day: today, kind: &event.kind };
        let right = right_to(version, own, event)?;
        let tenure = right.tenure;
        match (event.signed_as, &event.decision) {
            (SignedAs::Official, _) | (_, None) => Ok(Self {
                office: Some(office),
                tenure: Some(tenure),
                delegation: right.delegation,
                ..Self::in_person(signatory)
            }),
            (SignedAs::Recorder, Some(decision)) => {
                if decision.date > today {
                    return Err(("/decision/date", Why::OutOfRange));
                }
                if tenure.get("recorder") != Some(&Field::Flag(true)) {
                    return Err(("/office", Why::NotARecorder { office: office.to_owned() }));
                }
                let his = Use {
                    facts,
                    office: &decision.office,
                    person: &decision.by,
                    day: decision.date,
                    kind: &event.kind,
                };
                let right =
                    right_of_decider(version, his).map_err(|why| ("/decision/office", why))?;
                let known_by = right.delegation.unwrap_or(right.tenure);
                Ok(Self {
                    person: &decision.by,
                    agency: known_by.get("agency").and_then(Field::as_text).unwrap_or_default(),
                    office: Some(&decision.office),
                    tenure: Some(right.tenure),
                    delegation: right.delegation,
                    personal: signatory.kind != SYSTEM,
                })
            }
        }
    }

    /// A person, not a system.
    pub(crate) fn is_personal(&self) -> bool {
        self.personal
    }

    fn heads_own_agency(&self) -> bool {
        self.tenure.is_some_and(|tenure| {
            tenure.get("head") == Some(&Field::Flag(true))
                && tenure.get("agency").and_then(Field::as_text) == Some(self.agency)
        })
    }
}

/// The right that the event claims. Version 1 knows tenures only, and does not look at `mandateref`.
fn right_to<'a>(
    version: Structural,
    own: Use<'a>,
    event: &Event,
) -> Result<Right<'a>, (&'static str, Why)> {
    match version {
        Structural::One => {
            let mandate = event.mandate.map(Mandate::as_str);
            let tenure = held(own.facts, own.office, own.person, own.day, |held| held == mandate);
            let tenure = tenure.map_err(|why| ("/office", why))?;
            Ok(Right { tenure, delegation: None })
        }
        Structural::Two | Structural::Three => own.by(event.mandate, event.mandate_ref.as_deref()),
    }
}

/// The right of a decider on the day of his decision.
fn right_of_decider(version: Structural, his: Use<'_>) -> Result<Right<'_>, Why> {
    match version {
        Structural::One => {
            let tenure = held(his.facts, his.office, his.person, his.day, |_| true)?;
            Ok(Right { tenure, delegation: None })
        }
        Structural::Two | Structural::Three => his.by_any(),
    }
}

/// Kind of a certificate that a system signs with.
const SYSTEM: &str = "sistem";

/// May he who acts do this act? The findings of the actor are added to `warnings`.
pub(crate) fn entitled(
    act: &Act,
    context: &Context<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<(), Refusal> {
    let Some(world) = context.world else { return Ok(()) };
    if act.who.is_empty() {
        return Ok(());
    }
    let agency = agency_at_hand(context, world);
    let ledger = world.facts.get(&ledger_key(context.event));
    match act.who.iter().find(|who| who.is(context, agency, ledger)) {
        Some(who) => {
            if let (Some(finding), Some(agency)) = (&who.actor.finding, agency)
                && !finding.states.contains(&agency.state)
            {
                warnings.push(finding.warning.clone());
            }
            Ok(())
        }
        None => Err(match awaits_attestation(act.who.iter(), context, agency) {
            Some(why) => {
                let rule = act.who_rule();
                Refusal::new(Code::RoleMissing, Some(rule), "/source", why)
                    .worded(act.wording_of(rule))
            }
            None => not_entitled(act, context, agency),
        }),
    }
}

/// He would be one of them, were the certificate that he signed with attested.
pub(crate) fn awaits_attestation<'w>(
    mut whom: impl Iterator<Item = &'w Who>,
    context: &Context<'_>,
    agency: Option<&Thing>,
) -> Option<Why> {
    let himself = |world: &&World<'_>| world.signer() == world.acting.person;
    let world = context.world.filter(|_| !context.has_power()).filter(himself)?;
    let ledger = world.facts.get(&ledger_key(context.event));
    let would_be = whom.any(|who| who.is_if(true, context, agency, ledger));
    would_be.then(|| Why::CertificateNotAttested {
        certificate: world.signatory.certificate.to_string(),
    })
}

/// Is it whom the row names by what the event says, as in `PSE of data.agency`?
pub(crate) fn is_named(act: &Act, context: &Context<'_>) -> bool {
    let Some(world) = context.world else { return false };
    let agency = agency_at_hand(context, world);
    let ledger = world.facts.get(&ledger_key(context.event));
    let mut named = act.who.iter().filter(|who| who.of().is_some());
    named.any(|who| who.is(context, agency, ledger))
}

/// Keys are read from the event alone: the agency at hand is that of the signatory. A recorder who acts for a
/// decider of another agency has none here, and only offices can entitle.
fn agency_at_hand<'a>(context: &Context<'_>, world: &'a World<'_>) -> Option<&'a Thing> {
    let own = world.acting.agency == context.event.agency();
    own.then(|| world.facts.get(&context.event.source)).flatten()
}

fn not_entitled(act: &Act, context: &Context<'_>, agency: Option<&Thing>) -> Refusal {
    let only_offices = act.who.iter().all(|who| who.actor.needs_office());
    let (pointer, why) = if only_offices && context.event.office.is_none() {
        let offices = act.who.iter().flat_map(|who| who.actor.offices.iter().cloned()).collect();
        ("/office", Why::OfficeRequired { offices })
    } else if agency.is_none() && act.who.iter().all(|who| who.actor.needs_agency()) {
        ("/source", Why::AgencyUnknown { agency: context.event.agency().to_owned() })
    } else {
        let entitled = act.who.iter().map(Who::in_words).collect();
        let pointer = if only_offices { "/office" } else { "/source" };
        (pointer, Why::ActorNotEntitled { entitled })
    };
    let rule = act.who_rule();
    Refusal::new(Code::RoleMissing, Some(rule), pointer, why).worded(act.wording_of(rule))
}

/// Key of the ledger's own thing.
pub(crate) fn ledger_key(event: &Event) -> String {
    let mut key = "ledger/".to_owned();
    key.push_str(event.region());
    key
}

/// The tenure in which `person` holds `office` on `day`.
pub(crate) fn held<'a>(
    facts: &'a Facts,
    office: &str,
    person: &str,
    day: Date,
    mandate: impl Fn(Option<&str>) -> bool,
) -> Result<&'a Fields, Why> {
    let tenures = facts.get(office).and_then(|thing| thing.fields.get("tenures"));
    tenures
        .and_then(Field::as_list)
        .unwrap_or_default()
        .iter()
        .filter_map(|tenure| match tenure {
            Field::Map(tenure) => Some(tenure),
            _ => None,
        })
        .find(|tenure| {
            let text = |name: &str| tenure.get(name).and_then(Field::as_text);
            let date = |name: &str| text(name).and_then(parse_date);
            text("person") == Some(person)
                && date("from").is_some_and(|from| from <= day)
                && date("until").is_none_or(|until| day <= until)
                && mandate(text("mandate"))
        })
        .ok_or_else(|| Why::OfficeNotHeld {
            office: office.to_owned(),
            person: person.to_owned(),
            day: day.to_string(),
        })
        .and_then(|tenure| succession::check_tenure(facts, tenure, day).map(|()| tenure))
}

pub(crate) fn has_person(ledger: &Thing, list: &str, person: &str) -> bool {
    let persons = ledger.fields.get(list).and_then(Field::as_list).unwrap_or_default();
    persons.iter().any(|entry| entry.member("person").and_then(Field::as_text) == Some(person))
}
