//! `jejak rules explain`: a rule set as lawyers read it, article by article.

use anyhow::Result;
use clap::Args;
use jejak_ledger::rules::{Explained, Spoken, explain};
use serde_json::{Value, json};

use super::chosen::{Chosen, Lang};
use crate::cli::Context;
use crate::cli::examples::Examples;
use crate::cli::exit::{Exit, Stop};
use crate::cli::output::{self, Format, printable};

/// Explains rules.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Explain {
    /// Hanya pasal ini, jenis peristiwa, baris, atau aturan (only this pasal, type, row or rule id)
    #[arg(value_name = "PASAL|TYPE")]
    asked: Option<String>,
    #[command(flatten)]
    chosen: Chosen,
    /// Bahasa (language)
    #[arg(long, value_enum, default_value = "id")]
    lang: Lang,
}

impl Explain {
    pub(super) fn run(&self, context: &Context) -> Result<Exit> {
        let rules = self.chosen.read(context)?;
        let rows = explain(&rules, self.asked.as_deref());
        if let (Some(asked), true) = (&self.asked, rows.is_empty()) {
            let empty = self.chosen.table(&rules).map(|table| table.without_row(asked));
            if let Some(places) = empty.filter(|places| !places.is_empty()) {
                return Self::no_row(&places, context);
            }
            let indonesian = format!("aturan tidak mengenal pasal, jenis, atau aturan {asked}");
            return Err(Stop::not_found(indonesian, "no such pasal, type, row or rule id").into());
        }
        if context.output.asked().unwrap_or(Format::Table) != Format::Table {
            let rows: Vec<Value> = rows.iter().map(|row| json!(row)).collect();
            context.output.rows(&COLUMNS, &rows, &rows)?;
            return Ok(Exit::Ok);
        }
        if self.asked.is_none() {
            output::line(format!("{}\n", printable(self.lang.of(rules.title()))))?;
        }
        for row in &rows {
            output::line(Page::of(row, self.lang).0)?;
        }
        Ok(Exit::Ok)
    }
}

impl Explain {
    /// The text has such a pasal, and nobody has anything to do by it.
    fn no_row(places: &[String], context: &Context) -> Result<Exit> {
        let list = places.join(", ");
        context.talk.say(
            format_args!(
                "Pasal {list} tidak memuat tindakan atau kewajiban (pengertian, asas, ruang lingkup, susunan, atau tujuan)"
            ),
            "no act and no duty stands there: definitions, principles, scope, institutions or purposes",
        );
        if context.output.asked().unwrap_or(Format::Table) != Format::Table {
            context.output.rows(&COLUMNS, &[], &Vec::<Value>::new())?;
        }
        Ok(Exit::Ok)
    }
}

/// A row on paper: a heading, what the text says, then a line for each thing there is to know.
struct Page(String);

impl Page {
    fn of(row: &Explained, lang: Lang) -> Self {
        let mut page = Self(heading(row, lang));
        if let Some(term) = &row.term {
            page.say("  ", "", term);
        }
        page.say("  ", "", lang.of(&row.text));
        page.say("    ", lang.word("Daya ikat", "Force"), lang.of(&row.verb));
        let nobody = lang.word("teks tidak menyebut siapa pun", "the text names nobody");
        let who: Vec<&str> = row.who.iter().map(|who| lang.of(who)).collect();
        let who = if who.is_empty() { nobody.to_owned() } else { who.join("; ") };
        page.say("    ", lang.word("Siapa", "Who"), &who);
        if !row.cosigners.is_empty() {
            let also: Vec<&str> = row.cosigners.iter().map(|who| lang.of(who)).collect();
            page.say("    ", lang.word("Bersama", "With"), &also.join("; "));
        }
        for (indonesian, english, text) in [
            ("Kapan", "When", &row.trigger),
            ("Waktu", "Clock", &row.clock),
            ("Akibat", "Consequence", &row.consequence),
            ("Pembaca", "Readers", &row.readers),
        ] {
            if let Some(text) = text {
                page.say("    ", lang.word(indonesian, english), lang.of(text));
            }
        }
        if let Some(subject) = &row.subject {
            page.say("    ", lang.word("Aliran", "Stream"), subject);
        }
        page.contents(row, lang);
        page.spoken(&row.refuses, lang.word("Ditolak", "Refuses"), lang);
        page.spoken(&row.finds, lang.word("Temuan", "Finds"), lang);
        for step in &row.steps {
            let when: Vec<&str> = step.when.iter().map(|when| lang.of(when)).collect();
            let when =
                if when.is_empty() { String::new() } else { format!(" [{}]", when.join("; ")) };
            let stays = if step.to.is_none() { lang.word(" (tetap)", " (stays)") } else { "" };
            let text = format!("{}{stays}{when} ({})", lang.of(&step.way_in_words()), step.rule);
            page.say("    ", lang.word("Keadaan", "State"), &text);
        }
        if let Some(ends) = &row.ends {
            page.say("    ", lang.word("Keputusan", "Decision"), lang.of(ends));
        }
        for kept in &row.keeps {
            page.say("    ", lang.word("Dicatat", "Kept"), lang.of(kept));
        }
        page
    }

    fn contents(&mut self, row: &Explained, lang: Lang) {
        for content in &row.demands {
            let optional = lang.word(" (boleh tidak ada)", " (optional)");
            let optional = if content.required { "" } else { optional };
            let rule = if content.rule == row.rule {
                String::new()
            } else {
                format!(" [{}]", content.rule)
            };
            let text = format!("{}{optional}: {}{rule}", content.field, lang.of(&content.text));
            self.say("    ", lang.word("Isi", "Content"), &text);
        }
    }

    fn spoken(&mut self, rules: &[Spoken], heading: &'static str, lang: Lang) {
        for spoken in rules {
            let mut text = format!("{}: {}", spoken.rule, lang.of(&spoken.text));
            if let Some(test) = spoken.test.as_ref().filter(|test| **test != spoken.text) {
                text = format!("{text} [{}]", lang.of(test));
            }
            if !spoken.when.is_empty() {
                let when: Vec<&str> = spoken.when.iter().map(|when| lang.of(when)).collect();
                text = format!("{text} {} {}", lang.word("bila", "where"), when.join("; "));
            }
            self.say("    ", heading, &text);
        }
    }

    /// A line with its heading, broken where it is longer than a terminal.
    fn say(&mut self, indent: &str, heading: &str, text: &str) {
        let heading =
            if heading.is_empty() { String::new() } else { format!("{heading:<HEADING$}") };
        let hanging = " ".repeat(indent.len() + heading.len());
        let mut line = format!("{indent}{heading}");
        let mut is_begun = false;
        for word in printable(text).split(' ') {
            if is_begun && line.chars().count() + 1 + word.chars().count() > WIDTH {
                self.0.push_str(line.trim_end());
                self.0.push('\n');
                line.clone_from(&hanging);
                is_begun = false;
            }
            if is_begun {
                line.push(' ');
            }
            line.push_str(word);
            is_begun = true;
        }
        self.0.push_str(line.trim_end());
        self.0.push('\n');
    }
}

/// `Pasal 25(1), 25(3)  BKY-50  subdomain.granted`
fn heading(row: &Explained, lang: Lang) -> String {
    let place = if row.articles.is_empty() {
        lang.word("Tanpa pasal", "Of no pasal").to_owned()
    } else {
        format!("Pasal {}", row.articles.join(", "))
    };
    let duty = lang.word("kewajiban tanpa tindakan", "a duty without an act");
    let kind = row.kind.as_deref().unwrap_or(duty);
    format!("{}\n", printable(&format!("{place} | {} | {} | {kind}", row.row, row.rule)))
}

const WIDTH: usize = 98;
const HEADING: usize = 12;
const COLUMNS: [&str; 7] = ["articles", "row", "rule", "type", "force", "term", "text.id"];
const EXAMPLES: Examples = Examples(&[
    (
        "pasal 25 seperti dibaca ahli hukum",
        "pasal 25 as a lawyer reads it",
        "jejak rules explain --file bengkayang-19-2020 25",
    ),
    (
        "satu jenis menurut aturan yang berlaku",
        "a type by the rules in force, in English",
        "jejak rules explain --url http://127.0.0.1:6107 --ledger 61.07 --lang en sop.adopted",
    ),
]);
