//! Tokens for the readers of a test, made as `jejak token` makes them.

use std::path::Path;

use jejak_api::tokens::{Secret, Token, TokenList};
use jejak_ledger::log::Micros;
use jejak_ledger::rules::Class;
use jejak_signer::Hash;
use reqwest::blocking::Response;

use crate::harness::{DAY_S, START_S, World};
use crate::server::Server;

/// A token that counts for a day from the start of the test, for all ledgers, under the id `id`.
pub(crate) fn token(id: &str, class: Class) -> Token {
    Token {
        id: id.to_owned(),
        name: format!("Pembaca {id}"),
        class,
        ledgers: None,
        refusals: false,
        requests_per_minute: None,
        created: Micros(START_S * 1_000_000),
        expires: Micros((START_S + DAY_S) * 1_000_000),
        revoked: None,
        sha256: Hash([0; 32]),
    }
}

/// Gives the token out; its text.
pub(crate) fn give(dir: &Path, token: Token) -> Secret {
    let now = token.created;
    TokenList::edit(dir, |list| list.add(token, now)).unwrap()
}

/// Gives out a token of `class` for all ledgers.
pub(crate) fn reader(world: &World, id: &str, class: Class) -> Secret {
    give(&world.path(), token(id, class))
}

pub(crate) fn revoke(world: &World, id: &str) {
    let now = Micros(world.clock.seconds() * 1_000_000);
    TokenList::edit(&world.path(), |list| list.revoke(id, now)).unwrap();
}

/// Asks as the bearer of `secret`.
pub(crate) fn get_as(server: &Server, secret: &Secret, path: &str) -> Response {
    let authorization = format!("Bearer {}", secret.reveal());
    server.request("GET", path).header("authorization", authorization).send().unwrap()
}
