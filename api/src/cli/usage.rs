//! What is wrong with a command line, in Indonesian; the library says it in English below.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::talk::complain;

/// Says it where it is a mistake, and ends as the library does.
pub(super) fn exit(error: &clap::Error) -> ! {
    if let Some(said) = told(error) {
        complain(format_args!("jejak: {said}"));
    }
    error.exit()
}

fn told(error: &clap::Error) -> Option<String> {
    let of = |kind| error.get(kind).map(listed).unwrap_or_default();
    let argument = || of(ContextKind::InvalidArg);
    Some(match error.kind() {
        ErrorKind::MissingRequiredArgument => format!("belum diberikan: {}", argument()),
        ErrorKind::UnknownArgument => format!("argumen tidak dikenal: {}", argument()),
        ErrorKind::InvalidValue if of(ContextKind::InvalidValue).is_empty() => {
            format!("{} perlu nilai", argument())
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("nilai {:?} tidak sah untuk {}", of(ContextKind::InvalidValue), argument())
        }
        ErrorKind::ArgumentConflict => {
            let other = of(ContextKind::PriorArg);
            format!("{} tidak dapat bersama {other}", argument())
        }
        ErrorKind::InvalidSubcommand => {
            format!("perintah tidak dikenal: {}", of(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingSubcommand => "perintah belum disebut".to_owned(),
        ErrorKind::TooManyValues
        | ErrorKind::TooFewValues
        | ErrorKind::WrongNumberOfValues
        | ErrorKind::NoEquals => format!("jumlah nilai salah untuk {}", argument()),
        ErrorKind::InvalidUtf8 => "ada argumen yang bukan UTF-8".to_owned(),
        _ => return None,
    })
}

fn listed(value: &ContextValue) -> String {
    match value {
        ContextValue::String(one) => one.clone(),
        ContextValue::Strings(several) => several.join(", "),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_of_the_command_line_is_said_in_indonesian_too() {
        let said = |line: &str| {
            let error = crate::cli::command().try_get_matches_from(line.split(' ')).err();
            error.and_then(|error| told(&error))
        };
        assert_eq!(said("jejak --salah").as_deref(), Some("argumen tidak dikenal: --salah"));
        assert_eq!(said("jejak laksanakan").as_deref(), Some("perintah tidak dikenal: laksanakan"));
        assert_eq!(said("jejak doctor").as_deref(), Some("belum diberikan: --dir <DIR>"));
        assert_eq!(said("jejak doctor --dir").as_deref(), Some("--dir <DIR> perlu nilai"));
        let twice = said("jejak ledger list --dir a --url b");
        assert_eq!(twice.as_deref(), Some("--dir <DIR> tidak dapat bersama --url <URL>"));
        assert_eq!(said("jejak --help"), None);
    }
}
