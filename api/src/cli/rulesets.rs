//! The rule sets that come with the program, by name.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use jejak_ledger::rules::{BENGKAYANG_19_2020, NASIONAL};

use super::exit::Stop;
use super::files;

/// A rule set of the program: the name it can be asked for, and its bytes.
type Named = (&'static str, &'static [u8]);

const NAMED: [Named; 2] = [("bengkayang-19-2020", BENGKAYANG_19_2020), ("nasional", NASIONAL)];

/// The rule set in a file, or the one of the program that has this name.
pub(crate) fn load(file_or_name: &Path) -> Result<Cow<'static, [u8]>> {
    if file_or_name.exists() || file_or_name.as_os_str() == "-" {
        return Ok(Cow::Owned(files::read(file_or_name)?));
    }
    let named = NAMED.iter().find(|(name, _)| file_or_name.as_os_str() == *name);
    let missing = || {
        let known = NAMED.map(|(name, _)| name).join(", ");
        let indonesian = format!("tidak ada berkas aturan {}", file_or_name.display());
        Stop::not_found(indonesian, format!("no such file; the program knows: {known}"))
    };
    let (_, bytes) = named.ok_or_else(missing)?;
    Ok(Cow::Borrowed(bytes))
}

/// The functions of agencies that its actors name: `kominfo`.
pub(crate) fn functions(ruleset: &[u8]) -> Result<BTreeSet<String>> {
    let document: toml::Table = std::str::from_utf8(ruleset)?.parse()?;
    let actors = document.get("actors").and_then(toml::Value::as_table);
    let function = |actor: &toml::Value| Some(actor.get("function")?.as_str()?.to_owned());
    Ok(actors.into_iter().flatten().filter_map(|(_, actor)| function(actor)).collect())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn rule_sets_of_the_program_have_names() {
        assert_eq!(load(Path::new("nasional")).unwrap(), NASIONAL);
        assert!(load(Path::new("pamekasan")).is_err());
    }

    #[test]
    fn the_functions_are_those_of_the_actors() {
        let named = ["kepegawaian", "kominfo", "pengawasan"].map(str::to_owned);
        assert_eq!(functions(BENGKAYANG_19_2020).unwrap(), named.into());
        assert_eq!(functions(NASIONAL).unwrap(), BTreeSet::new());
    }
}
