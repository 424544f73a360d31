//! One line of the access log: who, when, which ledger and route, and what of it. Never a payload, never a token.

use jejak_ledger::log::Micros;
use serde::{Deserialize, Serialize};

use super::sight::Seen;
use crate::tokens::Token;
use crate::wire::Time;

/// One read, as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// When, RFC 3339 in UTC.
    pub time: String,
    /// The token's id.
    pub token: String,
    /// Who it was given to.
    pub name: String,
    /// The ledger's region.
    pub ledger: String,
    /// The pattern of the route.
    pub route: String,
    /// The path that was asked for.
    pub path: String,
    /// The query, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// The highest class of what was shown.
    pub class: What,
    /// First and last position on the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub positions: Option<Range<u64>>,
    /// First and last key on the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<Range<String>>,
    /// How many rows above public the page shows.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rows: u64,
    /// The id of the request, as the other logs name it.
    pub request_id: String,
}

/// What was shown, the most confidential of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// Refusals that are kept.
    Refusals,
    /// Something of class internal.
    Internal,
    /// Something of class restricted.
    Restricted,
}

/// From the smallest to the greatest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range<T>(pub T, pub T);

/// What was asked for.
pub(super) struct Asked {
    pub(super) ledger: String,
    pub(super) route: String,
    pub(super) path: String,
    pub(super) query: Option<String>,
    pub(super) request_id: String,
}

impl Line {
    /// The line of one request; none where nothing above public was seen.
    pub(super) fn of(time: Micros, token: &Token, seen: Seen, asked: Asked) -> Option<Self> {
        Some(Self {
            time: Time(time).text(),
            token: token.id.clone(),
            name: token.name.clone(),
            ledger: asked.ledger,
            route: asked.route,
            path: clip(&asked.path),
            query: asked.query.as_deref().map(clip),
            class: seen.what?,
            positions: seen.positions,
            keys: seen.keys,
            rows: seen.rows,
            request_id: asked.request_id,
        })
    }
}

impl<T: Ord + Clone> Range<T> {
    /// The range that also holds `value`.
    pub(super) fn widen(range: &mut Option<Self>, value: T) {
        match range {
            None => *range = Some(Self(value.clone(), value)),
            Some(Self(first, _)) if value < *first => *first = value,
            Some(Self(_, last)) if value > *last => *last = value,
            Some(_) => {}
        }
    }
}

fn clip(text: &str) -> String {
    text.chars().take(TEXT_CHARS_MAX).collect()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(rows: &u64) -> bool {
    *rows == 0
}

/// More of a path or a query tells nothing: subjects have 200 characters.
const TEXT_CHARS_MAX: usize = 2_048;
