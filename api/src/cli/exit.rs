//! How the command ends: the exit codes of the interface, and the error that carries one.

use std::fmt;
use std::io;
use std::process::ExitCode;

use super::causes;

/// The exit codes that scripts rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Ok,
    /// Something failed that has no code of its own.
    Error,
    /// The command line does not make sense.
    Usage,
    /// No server at the address.
    CannotConnect,
    /// What was examined is not genuine.
    VerificationFailed,
    /// The ledger said no to a statement (409, 412, 422).
    Refused,
    /// There is no such thing.
    NotFound,
    /// The reader may not see it.
    NotPermitted,
    /// Neither proven nor disproven.
    Indeterminate,
}

impl Exit {
    /// The code of an interrupted command, as shells report it.
    pub(crate) const INTERRUPTED: u8 = 130;

    /// The exit that an error stands for.
    pub(crate) fn of(error: &anyhow::Error) -> Self {
        error.chain().find_map(causes::ending).unwrap_or(Self::Error)
    }

    fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Error => 1,
            Self::Usage => 2,
            Self::CannotConnect => 3,
            Self::VerificationFailed => 4,
            Self::Refused => 5,
            Self::NotFound => 6,
            Self::NotPermitted => 7,
            Self::Indeterminate => 8,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// An error with an exit code of its own, said in both languages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{said}")]
pub(crate) struct Stop {
    exit: Exit,
    said: String,
}

impl Stop {
    pub(crate) fn new(
        exit: Exit,
        indonesian: impl fmt::Display,
        english: impl fmt::Display,
    ) -> Self {
        Self { exit, said: format!("{indonesian} ({english})") }
    }

    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    pub(crate) fn usage(indonesian: impl fmt::Display, english: impl fmt::Display) -> Self {
        Self::new(Exit::Usage, indonesian, english)
    }

    pub(crate) fn not_found(indonesian: impl fmt::Display, english: impl fmt::Display) -> Self {
        Self::new(Exit::NotFound, indonesian, english)
    }
}

/// An error with its causes in one line, those of the libraries in both languages. A cause whose words stand there already is not said again.
pub(crate) fn told(error: &anyhow::Error) -> String {
    let mut said = String::new();
    for cause in error.chain() {
        let words = cause.to_string();
        if said.contains(&words) {
            continue;
        }
        if !said.is_empty() {
            said.push_str(": ");
        }
        said.push_str(
            &causes::indonesian(cause)
                .map_or_else(|| words.clone(), |indonesian| format!("{indonesian} ({words})")),
        );
    }
    said
}

/// Is this only a reader of our output that went away, as in `jejak events | head`?
pub(crate) fn reader_went_away(error: &anyhow::Error) -> bool {
    let broken = |cause: &io::Error| cause.kind() == io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(broken))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use anyhow::Context;

    use super::*;

    #[test]
    fn a_stop_keeps_its_code_under_added_context() {
        let stop = Stop::not_found("tidak ada", "not there");
        let error = Err::<(), _>(stop).context("membaca (reading)").unwrap_err();
        assert_eq!(Exit::of(&error), Exit::NotFound);
        assert_eq!(Exit::of(&anyhow::anyhow!("other")), Exit::Error);
    }

    #[test]
    fn an_error_is_told_once() {
        let source = io::Error::from(io::ErrorKind::AddrInUse);
        let address = std::net::SocketAddr::from(([127, 0, 0, 1], 6107));
        let error = anyhow::Error::new(jejak_api::ServeError::Listen { address, source });
        assert_eq!(told(&error), "127.0.0.1:6107: address in use");
        assert_eq!(
            told(&error.context("melayani (serving)")),
            "melayani (serving): 127.0.0.1:6107: address in use"
        );
    }

    #[test]
    fn what_the_system_and_the_libraries_say_is_told_in_both_languages() {
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        let error = anyhow::Error::new(denied).context("kebijakan.toml");
        assert_eq!(told(&error), "kebijakan.toml: tidak diizinkan (permission denied)");
        let error = anyhow::Error::new(jejak_signer::PemError::Empty).context("a.pem");
        assert!(told(&error).starts_with("a.pem: bukan PEM"), "{}", told(&error));
    }

    #[test]
    fn the_codes_are_those_of_the_interface() {
        let exits = [
            Exit::Ok,
            Exit::Error,
            Exit::Usage,
            Exit::CannotConnect,
            Exit::VerificationFailed,
            Exit::Refused,
            Exit::NotFound,
            Exit::NotPermitted,
            Exit::Indeterminate,
        ];
        assert!(exits.iter().map(|exit| exit.code()).eq(0..=8));
    }
}
