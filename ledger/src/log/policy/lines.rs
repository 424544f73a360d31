//! The lines of a tlog-policy, read one after another: what a line names stands on an earlier one.

use std::collections::HashMap;

use super::witnesses::{LineError, Node, Quorum, Witness, WitnessPolicy};
use crate::log::text::number;
use crate::log::vkey::{SignatureType, Vkey};

/// A policy of which some lines have been read.
#[derive(Default)]
pub(super) struct PolicyReader {
    logs: Vec<Vkey>,
    witnesses: Vec<Witness>,
    nodes: Vec<Node>,
    quorum: Option<Quorum>,
    names: HashMap<String, Name>,
}

struct Name {
    node: usize,
    is_member: bool,
}

impl PolicyReader {
    pub(super) fn line(&mut self, line: &str) -> Result<(), LineError> {
        if line.bytes().any(|byte| byte.is_ascii_control() && byte != b'\t') {
            return Err(LineError::ControlCharacter);
        }
        // White space is the space and the tab, and nothing else.
        let items: Vec<&str> = line.split([' ', '\t']).filter(|item| !item.is_empty()).collect();
        match items.split_first() {
            None => Ok(()),
            Some((keyword, _)) if keyword.starts_with('#') => Ok(()),
            Some((&"log", items)) => self.log(items),
            Some((&"witness", items)) => self.witness(items),
            Some((&"group", items)) => self.group(items),
            Some((&"quorum", items)) => self.set_quorum(items),
            Some(_) => Err(LineError::Keyword),
        }
    }

    /// The policy, if there was a quorum line.
    pub(super) fn finish(self) -> Option<WitnessPolicy> {
        let Self { logs, witnesses, nodes, quorum, .. } = self;
        Some(WitnessPolicy { logs, witnesses, nodes, quorum: quorum? })
    }

    fn log(&mut self, items: &[&str]) -> Result<(), LineError> {
        let ([vkey] | [vkey, _]) = items else {
            return Err(LineError::Items);
        };
        let vkey = key(vkey, SignatureType::Ed25519)?;
        if self.logs.iter().any(|known| known.key_bytes() == vkey.key_bytes()) {
            return Err(LineError::DuplicateKey);
        }
        if self.logs.len() == WitnessPolicy::NAMES_MAX {
            return Err(LineError::TooMany);
        }
        self.logs.push(vkey);
        Ok(())
    }

    fn witness(&mut self, items: &[&str]) -> Result<(), LineError> {
        let (name, vkey, url) = match items {
            [name, vkey] => (name, vkey, None),
            [name, vkey, url] => (name, vkey, Some((*url).to_owned())),
            _ => return Err(LineError::Items),
        };
        let vkey = key(vkey, SignatureType::CosignatureV1)?;
        if self.witnesses.iter().any(|known| known.vkey.key_bytes() == vkey.key_bytes()) {
            return Err(LineError::DuplicateKey);
        }
        self.define(name, Node::Witness { index: self.witnesses.len() })?;
        self.witnesses.push(Witness { name: (*name).to_owned(), vkey, url });
        Ok(())
    }

    fn group(&mut self, items: &[&str]) -> Result<(), LineError> {
        let [name, threshold, names @ ..] = items else {
            return Err(LineError::Items);
        };
        if names.is_empty() {
            return Err(LineError::Items);
        }
        let threshold = match *threshold {
            "any" => 1,
            "all" => names.len(),
            count => number(count)
                .and_then(|count| usize::try_from(count).ok())
                .filter(|count| (1..=names.len()).contains(count))
                .ok_or(LineError::Threshold)?,
        };
        let members = names.iter().map(|name| self.member(name)).collect::<Result<_, _>>()?;
        self.define(name, Node::Group { threshold, members })
    }

    /// Each name counts in one group only, so that no witness counts twice.
    fn member(&mut self, name: &str) -> Result<usize, LineError> {
        let name = self.names.get_mut(name).ok_or(LineError::NameUnknown)?;
        if std::mem::replace(&mut name.is_member, true) {
            return Err(LineError::MemberTwice);
        }
        Ok(name.node)
    }

    fn set_quorum(&mut self, items: &[&str]) -> Result<(), LineError> {
        let [name] = items else {
            return Err(LineError::Items);
        };
        if self.quorum.is_some() {
            return Err(LineError::SecondQuorum);
        }
        self.quorum = Some(match *name {
            NONE => Quorum::None,
            name => {
                let name = self.names.get(name).ok_or(LineError::NameUnknown)?;
                Quorum::Node { index: name.node }
            }
        });
        Ok(())
    }

    fn define(&mut self, name: &str, node: Node) -> Result<(), LineError> {
        if name == NONE || self.names.contains_key(name) {
            return Err(LineError::NameTaken);
        }
        if self.nodes.len() == WitnessPolicy::NAMES_MAX {
            return Err(LineError::TooMany);
        }
        let entry = Name { node: self.nodes.len(), is_member: false };
        self.names.insert(name.to_owned(), entry);
        self.nodes.push(node);
        Ok(())
    }
}

fn key(text: &str, kind: SignatureType) -> Result<Vkey, LineError> {
    let vkey: Vkey = text.parse()?;
    if vkey.signature_type() == kind { Ok(vkey) } else { Err(LineError::KeyKind) }
}

/// The quorum that every checkpoint reaches.
const NONE: &str = "none";
