//! The table of a regulation: a file of its own, written from the text and not from the rule set.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::rules::article::Article;

/// A regulation as a table: `rulesets/articles/<name>.toml`.
#[derive(Debug)]
#[non_exhaustive]
pub struct Articles {
    /// Name of the rule set that it is the measure of.
    pub name: String,
    /// Its rows.
    pub rows: Vec<ArticleRow>,
    /// What those are whom it names: `DINAS` and `function kominfo`.
    pub actors: BTreeMap<String, BTreeSet<String>>,
    /// Every place of the text: a pasal without paragraphs, or one of its paragraphs.
    places: Vec<Article>,
    without_row: Vec<Article>,
}

/// One act or duty that the regulation names.
#[derive(Debug)]
#[non_exhaustive]
pub struct ArticleRow {
    /// `BKY-50`.
    pub id: String,
    /// Where it stands.
    pub articles: Vec<Article>,
    /// The event type; none for a duty without an act.
    pub kind: Option<String>,
    /// Its main rule id.
    pub rule: String,
    /// The verb of the text.
    pub force: String,
    /// Who acts, in the names of the rule set; empty where the text names nobody.
    pub who: Vec<String>,
    /// Who signs besides, as the rule set writes them: `KAOPD of source`.
    pub cosigned_by: Vec<String>,
    /// What an event must contain.
    pub demands: Vec<Demanded>,
    /// Its closed choices, by the place of the value: `data.parts` and `needs policy`.
    pub values: BTreeMap<String, BTreeSet<String>>,
    /// What refuses it.
    pub refuses: Vec<Clause>,
    /// What is accepted with a finding.
    pub finds: Vec<Clause>,
}

/// A content that a row demands.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Demanded {
    /// The field that carries it: `needs.measure`.
    pub field: String,
    /// In the words of the text.
    pub what: String,
    /// The rule that demands it, where it is not that of the row.
    pub rule: Option<String>,
}

/// A condition with the rule that must speak.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Clause {
    /// The rule id.
    pub rule: String,
    /// The condition in the words of the text.
    pub when: String,
}

/// Why a file beside a rule set does not load.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// Not TOML, or not of the form.
    #[error("{message}")]
    Form {
        /// Line, column and cause.
        message: String,
    },
    /// Another format.
    #[error("format: `{value}` is not {known}")]
    Format {
        /// As written.
        value: String,
        /// The only one.
        known: &'static str,
    },
    /// No article.
    #[error("{at}: `{value}` is no article")]
    Article {
        /// The row, or the key.
        at: String,
        /// As written.
        value: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    name: String,
    /// How many paragraphs (ayat) each pasal has; none where it is whole.
    paragraphs: BTreeMap<String, u16>,
    #[serde(default)]
    without_row: Vec<String>,
    #[serde(default)]
    actors: BTreeMap<String, BTreeSet<String>>,
    row: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    pasal: Vec<String>,
    r#type: Option<String>,
    rule: String,
    force: String,
    #[serde(default)]
    who: Vec<String>,
    #[serde(default)]
    cosigned_by: Vec<String>,
    #[serde(default)]
    demands: Vec<Demanded>,
    #[serde(default)]
    values: BTreeMap<String, BTreeSet<String>>,
    #[serde(default)]
    refuses: Vec<Clause>,
    #[serde(default)]
    finds: Vec<Clause>,
}

impl Articles {
    /// Parses the file; a key that is not known does not load.
    pub fn parse(toml: &[u8]) -> Result<Self, TableError> {
        let file: File = read(toml)?;
        if file.format != FORMAT {
            return Err(TableError::Format { value: file.format, known: FORMAT });
        }
        let table = Self {
            places: places(&file.paragraphs)?,
            without_row: parse_articles("without_row", &file.without_row)?,
            rows: file.row.into_iter().map(Row::parse).collect::<Result<_, _>>()?,
            actors: file.actors,
            name: file.name,
        };
        table.check_places()?;
        Ok(table)
    }

    /// What is cited stands in the text.
    fn check_places(&self) -> Result<(), TableError> {
        let stands = |article: &Article| self.places.iter().any(|place| place.meets(article));
        let of_rows = self.rows.iter().flat_map(|row| row.articles.iter().map(|at| (&row.id, at)));
        let without = "without_row".to_owned();
        let strange = of_rows
            .chain(self.without_row.iter().map(|article| (&without, article)))
            .find(|(_, article)| !stands(article));
        match strange {
            None => Ok(()),
            Some((at, article)) => {
                Err(TableError::Article { at: at.clone(), value: article.to_string() })
            }
        }
    }

    /// The places of the text that are asked for (`35`, `pasal 35`) and that no act and no duty stands in.
    pub fn without_row(&self, asked: &str) -> Vec<String> {
        let asked = Article::asked(asked);
        let is_meant = |place: &&Article| {
            asked.as_ref().is_some_and(|asked| place.is_meant(asked))
                && self.without_row.iter().any(|without| without.meets(place))
        };
        self.places.iter().filter(is_meant).map(ToString::to_string).collect()
    }

    /// The places that neither a row nor the list of those without a row knows.
    pub(super) fn unread(&self) -> impl Iterator<Item = String> {
        let known = |place: &&Article| {
            let of_rows = self.rows.iter().flat_map(|row| &row.articles);
            of_rows.chain(&self.without_row).any(|article| article.meets(place))
        };
        self.places.iter().filter(move |place| !known(place)).map(ToString::to_string)
    }
}

impl Row {
    fn parse(self) -> Result<ArticleRow, TableError> {
        Ok(ArticleRow {
            articles: parse_articles(&self.id, &self.pasal)?,
            id: self.id,
            kind: self.r#type,
            rule: self.rule,
            force: self.force,
            who: self.who,
            cosigned_by: self.cosigned_by,
            demands: self.demands,
            values: self.values,
            refuses: self.refuses,
            finds: self.finds,
        })
    }
}

fn places(paragraphs: &BTreeMap<String, u16>) -> Result<Vec<Article>, TableError> {
    let texts = paragraphs.iter().flat_map(|(pasal, count)| {
        let whole = (*count == 0).then(|| pasal.clone());
        whole.into_iter().chain((1..=*count).map(move |ayat| format!("{pasal}({ayat})")))
    });
    let mut places = parse_articles("paragraphs", &texts.collect::<Vec<_>>())?;
    places.sort_by_key(Article::place);
    Ok(places)
}

/// A file in TOML of a known form.
pub(super) fn read<T: serde::de::DeserializeOwned>(toml: &[u8]) -> Result<T, TableError> {
    let text = std::str::from_utf8(toml).map_err(|_| TableError::NotUtf8)?;
    toml::from_str(text).map_err(|error| TableError::Form { message: error.to_string() })
}

fn parse_articles(at: &str, texts: &[String]) -> Result<Vec<Article>, TableError> {
    let wrong = |value: &String| TableError::Article { at: at.to_owned(), value: value.clone() };
    texts.iter().map(|text| Article::parse(text).ok_or_else(|| wrong(text))).collect()
}

const FORMAT: &str = "jejak-articles/1";
