//! Who holds the seats of a ledger as of a position: its authorities, its registrars and who runs a service, each with
//! the certificates that he exercises it with. The opening names only those who held them first.

use serde::Serialize;

use crate::log::Position;
use crate::rules::{Class, Field, Thing, attested_certificates};
use crate::view::{ReadError, View};

/// Who holds a seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seat {
    /// `authority`, `registrar` or `service`.
    pub role: &'static str,
    /// For which agency.
    pub agency: String,
    /// Who: a person id.
    pub person: String,
    /// The state that he is in as a signer: `active`, `suspended`, `revoked`; `none` where nothing is known of him.
    pub state: String,
    /// SHA-256, in hex, of his certificates that are active and rest on more than the word of one. Whether their time has
    /// ended is for whoever compares them.
    pub certificates: Vec<String>,
}

/// Those who hold the seats, and the class of what says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seats {
    /// The highest class of the things that say it: the ledger's own, and those of the signers.
    pub class: Class,
    /// Authorities, registrars, services, each in the order of their appointment.
    pub held: Vec<Seat>,
}

/// What [`Seat::role`] calls those of each list of the ledger's thing.
const LISTS: [(&str, &str); 3] =
    [("authority", "authorities"), ("registrar", "registrars"), ("service", "services")];

impl View {
    /// The seats after the record at `as_of`; none of a ledger that nothing has opened.
    pub fn seats(&self, as_of: Position) -> Result<Option<Seats>, ReadError> {
        let size = as_of.0.saturating_add(1);
        let subject = format!("ledger/{}", self.region());
        let Some(ledger) = self.thing(&subject, size)? else { return Ok(None) };
        let mut seats = Seats { class: ledger.class, held: Vec::new() };
        for (role, list) in LISTS {
            let listed = ledger.fields.get(list).and_then(Field::as_list).unwrap_or_default();
            for entry in listed {
                let text = |name: &str| entry.member(name)?.as_text().map(str::to_owned);
                let person = text("person").ok_or(ReadError::Corrupt)?;
                let signer = self.thing(&format!("signer/{person}"), size)?;
                let state = signer.as_ref().map_or(Thing::NONE, |signer| signer.state.as_str());
                seats.class = signer.iter().fold(seats.class, |class, one| class.max(one.class));
                seats.held.push(Seat {
                    role,
                    agency: text("agency").unwrap_or_default(),
                    person,
                    state: state.to_owned(),
                    certificates: signer.as_ref().map(certificates).unwrap_or_default(),
                });
            }
        }
        Ok(Some(seats))
    }
}

fn certificates(signer: &Thing) -> Vec<String> {
    attested_certificates(signer).map(str::to_owned).collect()
}
