//! What stands beside a rule set: the table of its regulation, its cases, and the examples that they use.

use std::borrow::Cow;
use std::path::Path;

use anyhow::{Context as _, Result};
use jejak_ledger::rules::{
    Articles, BENGKAYANG_ARTICLES, BENGKAYANG_CASES, Cases, RuleSet, example,
};
use serde_json::Value;

use crate::cli::exit::Stop;
use crate::cli::files;

/// The file of a rule set, or the name of one that the program knows.
pub(super) struct Beside<'a>(pub(super) &'a Path);

impl Beside<'_> {
    /// The table of the regulation: the file that is named, else `articles/` beside the rule set, else the program's.
    pub(super) fn articles(&self, named: Option<&Path>, rules: &RuleSet) -> Result<Articles> {
        let file = self.file(named, "articles", rules)?;
        Articles::parse(&file).context("tabel peraturan (the table)")
    }

    /// The cases, from `cases/`.
    pub(super) fn cases(&self, named: Option<&Path>, rules: &RuleSet) -> Result<Cases> {
        Cases::parse(&self.file(named, "cases", rules)?).context("kasus (the cases)")
    }

    /// The example of this name beside the rule set, else that of the program.
    pub(super) fn example(&self, name: &str) -> Option<Value> {
        let own = self.directory().join("examples").join(format!("{name}.json"));
        let own = files::read(&own).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        own.or_else(|| example(name))
    }

    fn file(
        &self,
        named: Option<&Path>,
        kind: &str,
        rules: &RuleSet,
    ) -> Result<Cow<'static, [u8]>> {
        if let Some(named) = named {
            return Ok(Cow::Owned(files::read(named)?));
        }
        let name = rules.name();
        let own = self.directory().join(kind).join(format!("{name}.toml"));
        if self.0.exists() && own.exists() {
            return Ok(Cow::Owned(files::read(&own)?));
        }
        match (name, kind) {
            ("bengkayang-19-2020", "articles") => Ok(Cow::Borrowed(BENGKAYANG_ARTICLES)),
            ("bengkayang-19-2020", _) => Ok(Cow::Borrowed(BENGKAYANG_CASES)),
            _ => {
                let indonesian = format!("tidak ada {}", own.display());
                let english = format!("no such file; name one with --{kind}");
                Err(Stop::not_found(indonesian, english).into())
            }
        }
    }

    fn directory(&self) -> &Path {
        self.0.parent().unwrap_or(Path::new(""))
    }
}
