//! Where each value of a configuration comes from: a default, the file, or a variable `JEJAK_SECTION__KEY` of the
//! environment. What is later in this list wins; flags of the command line win over all.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize as _;
use toml::{Table, Value};

use super::faults::{self, Known};
use super::{Config, ConfigError};

/// A configuration, and where its values come from.
#[derive(Debug, Clone)]
pub struct Layered {
    /// What is in force.
    pub config: Config,
    /// The origin of every value that is not a default, by `section.key`.
    pub origins: BTreeMap<String, Origin>,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A line of a file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// A variable of the environment.
    Variable {
        /// Its name.
        name: String,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Variable { name } => f.write_str(name),
        }
    }
}

impl Layered {
    /// The defaults, the file at `path` where there is one, and those of `variables` that name a value.
    pub fn load(
        path: Option<&Path>,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut table = Table::new();
        let mut origins = BTreeMap::new();
        if let Some(path) = path {
            let text = super::read(path)?;
            // Alone first: its faults have lines.
            Config::parse(&text, path)?;
            table = text.parse().map_err(|error| super::invalid(&error, &text, path))?;
            for (name, line) in faults::places(&text) {
                origins.insert(name, Origin::File { path: path.to_owned(), line });
            }
        }
        let known = Known::new();
        for (name, given) in variables {
            let Some((section, key)) = named_by(&name) else { continue };
            let value = known
                .value(&section, &key, &given)
                .map_err(|message| ConfigError::Variable { name: name.clone(), message })?;
            let values = table.entry(&section).or_insert_with(|| Value::Table(Table::new()));
            if let Some(values) = values.as_table_mut() {
                values.insert(key.clone(), value);
            }
            origins.insert(format!("{section}.{key}"), Origin::Variable { name });
        }
        let config = Config::deserialize(table)
            .map_err(|error| ConfigError::Together { message: error.message().to_owned() })?;
        let folder = path.and_then(Path::parent).unwrap_or(Path::new(""));
        Ok(Self { config: config.starting_at(folder), origins })
    }
}

/// `JEJAK_LIMITS__READS_MAX` names `reads_max` of `[limits]`; one underscore is part of a word, two part words.
fn named_by(variable: &str) -> Option<(String, String)> {
    let (section, key) = variable.strip_prefix("JEJAK_")?.split_once("__")?;
    Some((section.to_ascii_lowercase(), key.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn given(pairs: &[(&str, &str)]) -> Result<Layered, ConfigError> {
        let pairs: Vec<_> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Layered::load(None, pairs.into_iter())
    }

    #[test]
    fn a_variable_gives_a_number_a_word_or_an_address() {
        let layered = given(&[
            ("JEJAK_LIMITS__READS_MAX", "7"),
            ("JEJAK_LOG__FORMAT", "json"),
            ("JEJAK_SERVER__LISTEN", "127.0.0.1:1"),
            ("JEJAK_SERVER__INSECURE_HTTP", "true"),
            ("JEJAK_TLS__KEY", "7"),
            ("JEJAK_OUTPUT", "json"),
            ("HOME", "/root"),
        ])
        .unwrap();
        assert_eq!(layered.config.limits.reads_max, 7);
        assert_eq!(layered.config.server.listen.port(), 1);
        assert!(layered.config.server.insecure_http);
        assert_eq!(
            layered.config.tls.key.as_deref(),
            Some(Path::new("7")),
            "a file may be called so"
        );
        let name = "JEJAK_LIMITS__READS_MAX".to_owned();
        assert_eq!(layered.origins.get("limits.reads_max"), Some(&Origin::Variable { name }));
        assert_eq!(layered.origins.len(), 5);
    }

    #[test]
    fn a_variable_that_names_nothing_or_gives_nonsense_is_a_fault_with_its_name() {
        let told = |name, value| given(&[(name, value)]).unwrap_err().to_string();
        let unknown = told("JEJAK_LIMITS__READ_MAX", "7");
        assert!(unknown.starts_with("JEJAK_LIMITS__READ_MAX: "), "{unknown}");
        assert!(unknown.contains("reads_max"), "{unknown}");
        assert_eq!(
            told("JEJAK_LIMITS__READS_MAX", "0"),
            "JEJAK_LIMITS__READS_MAX: 0 is not within 1 to 512"
        );
    }
}
