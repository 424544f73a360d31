//! Named guards: conditions that the vocabulary cannot say. A guard has a version and never changes
//! its meaning; a new meaning is a new version beside the old one (architecture, invariant 7).

use super::act::Scope;
use super::condition::{Fault, label_under};
use super::name::{fits_name, fits_short_name};
use super::operand::Context;
use super::reader::RuleSetReason;
use super::refusal::{Text, Why};
use super::scoring;
use super::succession::{agency_key, ended, stands_for};
use super::thing::{Field, Thing};
use serde_json::Value;
use std::collections::BTreeSet;

/// A named guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    /// `free_name@1`: nobody holds the stream: its thing has no `holder`.
    FreeName1,
    /// `name_basis@1`: the subject is one label under a domain of the list `main_domains`, and the
    /// label fits the holder (`data.basis` = agency) or an application of his (application).
    NameBasis1,
    /// `walidata_notice@1`: every data set of `data.datasets` was reported as hit, and
    /// `data.walidata` is its walidata: as registered, else as reported.
    WalidataNotice1,
    /// `walidata_notice@2`: every data set of `data.datasets` was reported as hit and is registered, and `data.walidata`
    /// is its walidata, or stands for it, and has not ended.
    WalidataNotice2,
    /// `hit_datasets@1`: every data set of `data.datasets` is registered, and the walidata that is named with it is its
    /// walidata, or stands for it.
    HitDatasets1,
    /// `unregistered@1`: no data set of `data.unregistered` is registered.
    Unregistered1,
    /// `edition@1`: `data.instrument` is that of `data.year`.
    Edition1,
    /// `indicator@1`: `subject.indicator` is one of the instrument of the evaluation `eval/<year>`,
    /// and `data.level` one of its levels.
    Indicator1,
    /// `self_scored@1`: the evaluation holds a self-assessed level of every indicator.
    SelfScored1,
    /// `externally_scored@1`: it holds a level by the external assessors of every indicator.
    ExternallyScored1,
    /// `published_index@1`: where the evaluation is final and holds a level by the external
    /// assessors of every indicator, what is published is what follows from them.
    PublishedIndex1,
    /// `days_of_year@1`: each of `data.days` lies in the year `subject.year`, and stands once.
    DaysOfYear1,
}

impl Guard {
    /// All names, for error messages.
    pub(crate) const NAMES: &'static str = "free_name@1, name_basis@1, walidata_notice@1, \
                                           walidata_notice@2, hit_datasets@1, unregistered@1, \
                                           edition@1, indicator@1, self_scored@1, \
                                           externally_scored@1, published_index@1, \
                                           days_of_year@1";

    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "free_name@1" => Self::FreeName1,
            "name_basis@1" => Self::NameBasis1,
            "walidata_notice@1" => Self::WalidataNotice1,
            "walidata_notice@2" => Self::WalidataNotice2,
            "hit_datasets@1" => Self::HitDatasets1,
            "unregistered@1" => Self::Unregistered1,
            "edition@1" => Self::Edition1,
            "indicator@1" => Self::Indicator1,
            "self_scored@1" => Self::SelfScored1,
            "externally_scored@1" => Self::ExternallyScored1,
            "published_index@1" => Self::PublishedIndex1,
            "days_of_year@1" => Self::DaysOfYear1,
            _ => return None,
        })
    }

    /// As a rule set names it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::FreeName1 => "free_name@1",
            Self::NameBasis1 => "name_basis@1",
            Self::WalidataNotice1 => "walidata_notice@1",
            Self::WalidataNotice2 => "walidata_notice@2",
            Self::HitDatasets1 => "hit_datasets@1",
            Self::Unregistered1 => "unregistered@1",
            Self::Edition1 => "edition@1",
            Self::Indicator1 => "indicator@1",
            Self::SelfScored1 => "self_scored@1",
            Self::ExternallyScored1 => "externally_scored@1",
            Self::PublishedIndex1 => "published_index@1",
            Self::DaysOfYear1 => "days_of_year@1",
        }
    }

    /// What it demands.
    pub(crate) fn in_words(self) -> Text {
        let (id, en) = match self {
            Self::FreeName1 => {
                ("nama itu tidak sedang dipegang siapa pun", "nobody holds the name")
            }
            Self::NameBasis1 => (
                "nama itu satu label di bawah domain utama, dan sesuai dengan nama instansi atau aplikasi terkait",
                "the name is one label below a main domain, and fits the names of the agency or the application",
            ),
            Self::WalidataNotice1 => (
                "himpunan data yang disebut dilaporkan terkena, dan walidata itu pemiliknya",
                "the data sets were reported as hit, and the walidata is theirs",
            ),
            Self::WalidataNotice2 => (
                "himpunan data yang disebut terdaftar dan dilaporkan terkena, dan walidata itu pemiliknya dan belum berakhir",
                "the data sets are registered and were reported as hit, and the walidata is theirs and has not ended",
            ),
            Self::HitDatasets1 => (
                "himpunan data yang terkena terdaftar, dan walidata yang disebut pemiliknya",
                "the data sets hit are registered, and the walidata that are named are theirs",
            ),
            Self::Unregistered1 => (
                "himpunan data yang disebut tidak terdaftar",
                "the data sets that are named are not registered",
            ),
            Self::Edition1 => {
                ("instrumen itu yang berlaku untuk tahunnya", "the instrument is that of the year")
            }
            Self::Indicator1 => (
                "indikator dan tingkatnya ada dalam instrumen evaluasi tahun itu",
                "indicator and level are those of the instrument of that year",
            ),
            Self::SelfScored1 => (
                "semua indikator sudah dinilai mandiri",
                "every indicator has a self-assessed level",
            ),
            Self::ExternallyScored1 => (
                "semua indikator sudah dinilai asesor eksternal",
                "every indicator has a level by the external assessors",
            ),
            Self::PublishedIndex1 => (
                "yang diumumkan sesuai dengan penilaian asesor eksternal",
                "what is published follows from the levels by the external assessors",
            ),
            Self::DaysOfYear1 => (
                "setiap hari jatuh pada tahun itu dan disebut satu kali",
                "each day lies in that year and stands once",
            ),
        };
        Text { id: id.to_owned(), en: en.to_owned() }
    }

    /// What the rule set must define for the guard to work.
    pub(crate) fn requires(self, scope: &Scope<'_>) -> Result<(), RuleSetReason> {
        let fields = self.fields();
        let list = (self == Self::NameBasis1).then_some(MAIN_DOMAINS);
        let undefined = |name: &str| RuleSetReason::Undefined { name: name.to_owned() };
        if let Some(name) = fields.iter().find(|name| !scope.has_field(name)) {
            return Err(undefined(name));
        }
        if self == Self::Indicator1 {
            scoring::requires(scope.pattern).map_err(undefined)?;
        }
        match list.filter(|list| scope.list(list).is_none()) {
            Some(list) => Err(undefined(list)),
            None => Ok(()),
        }
    }

    /// The fields of `data` that it looks at, whatever stands in them.
    pub(crate) fn fields(self) -> &'static [&'static str] {
        match self {
            Self::FreeName1 | Self::SelfScored1 | Self::ExternallyScored1 => &[],
            Self::NameBasis1 => &["holder", "basis", "system"],
            Self::WalidataNotice1 | Self::WalidataNotice2 => &["datasets", "walidata"],
            Self::HitDatasets1 => &["datasets"],
            Self::Unregistered1 => &["unregistered"],
            Self::Edition1 => &["year", "instrument"],
            Self::Indicator1 => &["level"],
            Self::PublishedIndex1 => &scoring::PUBLISHED_FIELDS,
            Self::DaysOfYear1 => &["days"],
        }
    }

    /// What it looks at of what streams keep: the kind of stream, none for the event's own, and the name.
    pub(super) fn kept(self) -> &'static [(Option<&'static str>, &'static str)] {
        match self {
            Self::FreeName1 => &[(None, "holder")],
            Self::NameBasis1 => &[
                (Some("agency"), "name"),
                (Some("agency"), "short_names"),
                (Some("system"), "agency"),
                (Some("system"), "name"),
                (Some("system"), "short_names"),
            ],
            Self::WalidataNotice1 | Self::WalidataNotice2 => {
                &[(None, "datasets"), (Some("dataset"), "walidata")]
            }
            Self::HitDatasets1 => &[(Some("dataset"), "walidata")],
            Self::Indicator1 => &[(Some("eval"), "year"), (Some("eval"), "instrument")],
            Self::SelfScored1 | Self::ExternallyScored1 | Self::PublishedIndex1 => {
                &scoring::KEPT_FIELDS
            }
            Self::Edition1 | Self::DaysOfYear1 | Self::Unregistered1 => &[],
        }
    }

    /// Does it look at what streams of this kind keep at `place`? `own`: its event is of such a one.
    pub(crate) fn looks_at(self, own: bool, stream: &str, place: &str) -> bool {
        let name = place.split('.').next().unwrap_or(place);
        let mut kept = self.kept().iter();
        kept.any(|(of, kept)| of.map_or(own, |of| of == stream) && *kept == name)
    }

    pub(crate) fn check(self, context: &Context<'_>) -> Result<(), Fault> {
        match self {
            Self::FreeName1 => free_name(context),
            Self::NameBasis1 => name_basis(context),
            Self::WalidataNotice1 => walidata_notice(context),
            Self::WalidataNotice2 => walidata_notice_of_registered(context),
            Self::HitDatasets1 => hit_datasets(context),
            Self::Unregistered1 => unregistered(context),
            Self::Edition1 => scoring::edition(context),
            Self::Indicator1 => scoring::indicator(context),
            Self::SelfScored1 => scoring::self_scored(context),
            Self::ExternallyScored1 => scoring::externally_scored(context),
            Self::PublishedIndex1 => scoring::published_index(context),
            Self::DaysOfYear1 => days_of_year(context),
        }
    }

    /// The values of an event without which it is not decided; none where it is, whatever they are.
    pub(crate) fn awaits(self, context: &Context<'_>) -> &'static [&'static str] {
        match self {
            Self::FreeName1 | Self::SelfScored1 | Self::ExternallyScored1 => &[],
            // A name that is under no domain of the list fits nobody.
            Self::NameBasis1 if label_of(context).is_none() => &[],
            Self::NameBasis1 => &["data.basis", "data.holder", "data.system"],
            Self::WalidataNotice1 | Self::WalidataNotice2 => &["data.datasets", "data.walidata"],
            Self::HitDatasets1 => &["data.datasets"],
            Self::Unregistered1 => &["data.unregistered"],
            Self::Edition1 => &["data.instrument", "data.year"],
            // What the subject names is wrong with every level.
            Self::Indicator1 => match scoring::indicator(context) {
                Err((pointer, _)) if pointer == "/subject" => &[],
                _ => &["data.level"],
            },
            Self::DaysOfYear1 => &["data.days"],
            Self::PublishedIndex1 => &[
                "data.d1",
                "data.d2",
                "data.d3",
                "data.d4",
                "data.index",
                "data.instrument",
                "data.predicate",
                "data.year",
            ],
        }
    }

    pub(crate) fn reads(self, context: &Context<'_>, keys: &mut Vec<String>) {
        match self {
            Self::FreeName1
            | Self::Edition1
            | Self::SelfScored1
            | Self::ExternallyScored1
            | Self::PublishedIndex1
            | Self::DaysOfYear1 => {}
            Self::Indicator1 => keys.extend(scoring::evaluation_key(context)),
            Self::HitDatasets1 => {
                for (dataset, walidata) in hit(context) {
                    keys.extend([key("dataset/", dataset), agency_key(walidata)]);
                }
            }
            Self::Unregistered1 => {
                keys.extend(datasets_in(context, "unregistered").map(|id| key("dataset/", id)));
            }
            Self::NameBasis1 => {
                keys.extend(data_text(context, "holder").map(agency_key));
                keys.extend(data_text(context, "system").map(|system| key("system/", system)));
            }
            Self::WalidataNotice1 | Self::WalidataNotice2 => {
                keys.extend(cited_datasets(context).map(|dataset| key("dataset/", dataset)));
                keys.extend(data_text(context, "walidata").map(agency_key));
            }
        }
    }
}

const MAIN_DOMAINS: &str = "main_domains";

fn free_name(context: &Context<'_>) -> Result<(), Fault> {
    match context.this().and_then(|thing| thing.text("holder")) {
        None => Ok(()),
        Some(holder) => Err(("/subject".to_owned(), Why::NameTaken { holder: holder.to_owned() })),
    }
}

fn name_basis(context: &Context<'_>) -> Result<(), Fault> {
    let domains = context.rules.list(MAIN_DOMAINS).unwrap_or_default();
    let label = label_of(context);
    let holder = data_text(context, "holder").unwrap_or_default();
    let agency = context.thing(&agency_key(holder));
    let is_that_of = |now: &str, kept: &str| {
        context.world.is_some_and(|world| stands_for(world.facts, now, kept))
    };
    let bearer = if data_text(context, "basis") == Some("application") {
        data_text(context, "system")
            .and_then(|system| context.thing(&key("system/", system)))
            .filter(|system| system.text("agency").is_some_and(|own| is_that_of(holder, own)))
    } else {
        agency
    };
    let (full, short) = bearer.map(names).unwrap_or_default();
    let fits = |label: &str| {
        full.is_some_and(|full| fits_name(label, full))
            || short.iter().any(|short| fits_short_name(label, short))
    };
    if label.is_some_and(fits) {
        return Ok(());
    }
    let names = match (full, short.is_empty()) {
        (None, true) => domains.to_vec(),
        _ => full.iter().chain(&short).map(|name| (*name).to_owned()).collect(),
    };
    let why = Why::NameWithoutBasis {
        label: label.unwrap_or_else(|| name_of(context)).to_owned(),
        names,
    };
    Err(("/subject".to_owned(), why))
}

/// The domain name that the subject is about.
fn name_of<'a>(context: &Context<'a>) -> &'a str {
    context.event.subject.rsplit('/').next().unwrap_or_default()
}

/// What stands before one of the main domains in it.
fn label_of<'a>(context: &Context<'a>) -> Option<&'a str> {
    let domains = context.rules.list(MAIN_DOMAINS).unwrap_or_default();
    domains.iter().find_map(|domain| label_under(name_of(context), domain))
}

/// Full name and short names of an agency or an application.
fn names(thing: &Thing) -> (Option<&str>, Vec<&str>) {
    let short = thing.fields.get("short_names").and_then(Field::as_list).unwrap_or_default();
    (thing.text("name"), short.iter().filter_map(Field::as_text).collect())
}

fn walidata_notice(context: &Context<'_>) -> Result<(), Fault> {
    let noticed = data_text(context, "walidata");
    let reported = context.this().and_then(|thing| thing.fields.get("datasets"));
    let reported = reported.and_then(Field::as_list).unwrap_or_default();
    for dataset in cited_datasets(context) {
        let entry = reported
            .iter()
            .find(|entry| entry.member("dataset").and_then(Field::as_text) == Some(dataset));
        let registered = context.thing(&key("dataset/", dataset)).and_then(|d| d.text("walidata"));
        let walidata = registered
            .or_else(|| entry.and_then(|entry| entry.member("walidata")).and_then(Field::as_text));
        let is_his = walidata.zip(noticed).is_some_and(|(kept, now)| {
            context.world.is_some_and(|world| stands_for(world.facts, now, kept))
        });
        if entry.is_none() {
            let why = Why::NotReported { dataset: dataset.to_owned() };
            return Err(("/data/datasets".to_owned(), why));
        }
        if !is_his {
            let why = Why::OtherWalidata {
                dataset: dataset.to_owned(),
                walidata: walidata.map(str::to_owned),
            };
            return Err(("/data/walidata".to_owned(), why));
        }
    }
    Ok(())
}

fn walidata_notice_of_registered(context: &Context<'_>) -> Result<(), Fault> {
    let unknown = |dataset: &&str| context.thing(&key("dataset/", dataset)).is_none();
    if let Some(dataset) = cited_datasets(context).find(unknown) {
        let (thing, state) = (key("dataset/", dataset), Some(Thing::NONE.to_owned()));
        let allowed = ["registered", "retired"].map(str::to_owned).to_vec();
        return Err(("/data/datasets".to_owned(), Why::StateForbids { thing, state, allowed }));
    }
    walidata_notice(context)?;
    let walidata = data_text(context, "walidata").unwrap_or_default();
    let agency = context.thing(&agency_key(walidata));
    let unknown = || agency.is_none().then(|| Why::AgencyUnknown { agency: walidata.to_owned() });
    match ended(agency, walidata).or_else(unknown) {
        Some(why) => Err(("/data/walidata".to_owned(), why)),
        None => Ok(()),
    }
}

fn hit_datasets(context: &Context<'_>) -> Result<(), Fault> {
    for (index, (dataset, named)) in hit(context).enumerate() {
        let registered = context.thing(&key("dataset/", dataset)).and_then(|d| d.text("walidata"));
        let is_his = registered.is_some_and(|kept| {
            context.world.is_some_and(|world| stands_for(world.facts, named, kept))
        });
        if !is_his {
            let (dataset, walidata) = (dataset.to_owned(), registered.map(str::to_owned));
            let pointer = format!("/data/datasets/{index}/walidata");
            return Err((pointer, Why::OtherWalidata { dataset, walidata }));
        }
    }
    Ok(())
}

fn days_of_year(context: &Context<'_>) -> Result<(), Fault> {
    let year = context.event.subject.split('/').nth(1).unwrap_or_default();
    let days = context.event.data.get("days").and_then(Value::as_array);
    let days = days.into_iter().flatten().filter_map(|day| day.get("date")?.as_str());
    let mut seen = BTreeSet::new();
    for (index, day) in days.enumerate() {
        let in_year = day.strip_prefix(year).is_some_and(|rest| rest.starts_with('-'));
        if !in_year || !seen.insert(day) {
            return Err((format!("/data/days/{index}/date"), Why::OutOfRange));
        }
    }
    Ok(())
}

fn unregistered(context: &Context<'_>) -> Result<(), Fault> {
    let is_known = |id: &str| {
        let dataset = context.thing(&key("dataset/", id)).filter(|it| it.state != Thing::NONE);
        dataset.map(|dataset| dataset.state.clone())
    };
    for (index, id) in datasets_in(context, "unregistered").enumerate() {
        if let Some(state) = is_known(id) {
            let (thing, allowed) = (key("dataset/", id), vec![Thing::NONE.to_owned()]);
            let why = Why::StateForbids { thing, state: Some(state), allowed };
            return Err((format!("/data/unregistered/{index}"), why));
        }
    }
    Ok(())
}

fn cited_datasets<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a str> {
    datasets_in(context, "datasets")
}

fn datasets_in<'a>(context: &Context<'a>, field: &str) -> impl Iterator<Item = &'a str> {
    let list = context.event.data.get(field).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str)
}

/// The data sets that a report says are hit, each with the walidata that it names.
fn hit<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a str, &'a str)> {
    let list = context.event.data.get("datasets").and_then(Value::as_array);
    let entries = list.into_iter().flatten();
    entries.filter_map(|entry| entry.get("dataset")?.as_str().zip(entry.get("walidata")?.as_str()))
}

fn data_text<'a>(context: &Context<'a>, name: &str) -> Option<&'a str> {
    context.event.data.get(name)?.as_str()
}

fn key(prefix: &str, id: &str) -> String {
    let mut key = String::with_capacity(prefix.len() + id.len());
    key.push_str(prefix);
    key.push_str(id);
    key
}
