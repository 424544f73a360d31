//! What is asked for has to look like what it is compared with: a question that nothing could ever answer is a mistake
//! of the command line.

use jejak_api::shown::REFUSAL_CODES;
use jejak_ledger::Form;

/// Reads an argument of this form.
pub(crate) fn of(form: Form) -> impl Fn(&str) -> Result<String, String> + Clone + Send + Sync {
    move |text| {
        if form.fits(text) {
            return Ok(text.to_owned());
        }
        let (indonesian, english) = form.in_words();
        Err(format!("harus berupa {indonesian} (must be {english})"))
    }
}

/// Reads a code that statements are refused with.
pub(crate) fn refusal_code(text: &str) -> Result<String, String> {
    if REFUSAL_CODES.contains(&text) {
        return Ok(text.to_owned());
    }
    Err(format!("bukan kode penolakan (no code of a refusal): {}", REFUSAL_CODES.join(", ")))
}
