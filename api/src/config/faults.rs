//! Every fault of a configuration at once, each with its line and what may have been meant. Loading stops at the first;
//! a person who mends a file wants them all.

use std::ops::Range;
use std::path::Path;

use serde::Deserialize as _;
use serde_json::{Map, Value as Json};
use toml::de::DeTable;
use toml::{Table, Value};

use super::read::line_and_column;
use super::{Config, ConfigError};
use crate::nearest::nearest;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line, from 1; 0 where it is the file as a whole.
    pub line: usize,
    /// Column in bytes, from 1.
    pub column: usize,
    /// `section.key`, or less where less is known.
    pub key: String,
    /// What is wrong.
    pub message: String,
}

/// All faults of `text`, in the order of its lines.
pub fn faults(text: &str) -> Vec<Fault> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut found: Vec<Fault> = errors
        .iter()
        .map(|error| at(text, error.span().unwrap_or_default(), "", error.message()))
        .collect();
    let known = Known::new();
    for (section, values) in table.get_ref() {
        let name = section.get_ref().as_ref();
        if !known.has_section(name) {
            found.push(at(text, section.span(), name, &known.no_section(name)));
            continue;
        }
        let Some(values) = values.get_ref().as_table() else {
            found.push(at(text, values.span(), name, "is a section: write [name] above its keys"));
            continue;
        };
        for (key, value) in values {
            let path = format!("{name}.{}", key.get_ref());
            let written = text.get(value.span()).unwrap_or_default();
            if let Err((span, message)) = known.check(name, key.get_ref(), written) {
                let span = if span { value.span() } else { key.span() };
                found.push(at(text, span, &path, &message));
            }
        }
    }
    if found.is_empty()
        && let Err(error) = Config::parse(text, Path::new(""))
    {
        // What only shows in the whole.
        let (line, column, message) = match error {
            ConfigError::Invalid { line, column, message, .. } => (line, column, message),
            other => (0, 0, other.to_string()),
        };
        found.push(Fault { line, column, key: String::new(), message });
    }
    found.sort_by_key(|fault| (fault.line, fault.column));
    found
}

/// The line of every `section.key` that `text` gives a value.
pub(super) fn places(text: &str) -> Vec<(String, usize)> {
    let (table, _) = DeTable::parse_recoverable(text);
    let mut places = Vec::new();
    for (section, values) in table.get_ref() {
        for (key, _) in values.get_ref().as_table().into_iter().flatten() {
            let (line, _) = line_and_column(text, key.span().start);
            places.push((format!("{}.{}", section.get_ref(), key.get_ref()), line));
        }
    }
    places
}

/// The sections and keys that there are: those of the defaults.
pub(super) struct Known(Map<String, Json>);

impl Known {
    pub(super) fn new() -> Self {
        match serde_json::to_value(Config::default()) {
            Ok(Json::Object(sections)) => Self(sections),
            _ => Self(Map::new()),
        }
    }

    /// What `given`, as text, is for this key: a number or a word of TOML, or the text itself.
    pub(super) fn value(&self, section: &str, key: &str, given: &str) -> Result<Value, String> {
        self.has(section, key)?;
        let read = format!("value = {given}").parse::<Table>().ok();
        let read = read.and_then(|mut table| table.remove("value"));
        let text = Value::String(given.to_owned());
        let fits = |value: &Value| alone(section, key, value.clone());
        match read {
            Some(read) => match fits(&read) {
                Ok(()) => Ok(read),
                Err(fault) => fits(&text).map(|()| text).map_err(|_| fault),
            },
            None => fits(&text).map(|()| text),
        }
    }

    /// Whether the value `written` fits the key. The fault is that of the value where true.
    fn check(&self, section: &str, key: &str, written: &str) -> Result<(), (bool, String)> {
        self.has(section, key).map_err(|message| (false, message))?;
        let Ok(mut table) = format!("value = {written}").parse::<Table>() else {
            return Ok(()); // A table of its own: judged with the whole.
        };
        let Some(value) = table.remove("value") else { return Ok(()) };
        alone(section, key, value).map_err(|message| (true, message))
    }

    fn has_section(&self, section: &str) -> bool {
        self.0.contains_key(section)
    }

    fn no_section(&self, section: &str) -> String {
        let nearest = nearest(section, self.0.keys().map(String::as_str));
        format!("there is no section [{section}]; nearest: {}", nearest.join(", "))
    }

    fn has(&self, section: &str, key: &str) -> Result<(), String> {
        let Some(Json::Object(keys)) = self.0.get(section) else {
            return Err(self.no_section(section));
        };
        if keys.contains_key(key) {
            return Ok(());
        }
        let elsewhere = self.0.iter().find(|(_, keys)| keys.get(key).is_some());
        if let Some((other, _)) = elsewhere {
            return Err(format!("there is no {key} in [{section}]; it stands in [{other}]"));
        }
        let nearest = nearest(key, keys.keys().map(String::as_str));
        Err(format!("there is no {key} in [{section}]; nearest: {}", nearest.join(", ")))
    }
}

/// Whether one value fits its key, whatever the others are.
fn alone(section: &str, key: &str, value: Value) -> Result<(), String> {
    let keys = Table::from_iter([(key.to_owned(), value)]);
    let table = Table::from_iter([(section.to_owned(), Value::Table(keys))]);
    Config::deserialize(table).map(drop).map_err(|error| error.message().to_owned())
}

fn at(text: &str, span: Range<usize>, key: &str, message: &str) -> Fault {
    let (line, column) = line_and_column(text, span.start);
    Fault { line, column, key: key.to_owned(), message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_told_with_its_line_and_the_nearest_name() {
        let text = "[server]\nlisten = \"here\"\nconection_max = 3\nreads_max = 3\n\n\
                    [limts]\n[limits]\nreads_max = 0\nread_wait_ms = \"soon\"\n[log]\nformat = \"xml\"\n";
        let found = faults(text);
        let lines: Vec<_> = found.iter().map(|fault| (fault.line, fault.key.as_str())).collect();
        let expected = [
            (2, "server.listen"),
            (3, "server.conection_max"),
            (4, "server.reads_max"),
            (6, "limts"),
            (8, "limits.reads_max"),
            (9, "limits.read_wait_ms"),
            (11, "log.format"),
        ];
        assert_eq!(lines, expected, "{found:#?}");
        let said = |line| {
            let fault = found.iter().find(|fault| fault.line == line);
            fault.map(|fault| fault.message.as_str()).unwrap_or_default()
        };
        assert!(said(3).contains("nearest: connections_max"), "{}", said(3));
        assert!(said(4).contains("it stands in [limits]"), "{}", said(4));
        assert!(said(6).contains("nearest: limits"), "{}", said(6));
        assert_eq!(said(8), "0 is not within 1 to 512");
    }

    #[test]
    fn what_is_no_toml_is_told_and_what_loads_has_no_fault() {
        assert_eq!(faults("[server\n").len(), 1);
        assert_eq!(faults("[server]\nlisten = \n").first().map(|fault| fault.line), Some(2));
        assert_eq!(faults(""), []);
        assert_eq!(faults("[limits]\nreads_max = 3\n[tls]\nkey = \"k\"\n"), []);
    }
}
