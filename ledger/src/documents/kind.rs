//! The kinds of documents in the acts of a regional government, a closed list. Rule sets and events
//! call them by English words (`decree`); people know them by the Indonesian ones (SK), and both find
//! them. An event may name a kind that is not in the list: it is then shown as it is, and carries what
//! it carries.

/// A kind of document: what it is called, and what a document of it has by custom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentKind {
    /// The family, as people search for it: `berita-acara`.
    pub family: &'static str,
    /// The Indonesian name.
    pub indonesian: &'static str,
    /// The English name.
    pub english: &'static str,
    /// How events call it.
    pub words: &'static [&'static str],
    /// Whether it carries a number and a date.
    pub is_numbered: bool,
    /// Whether it carries the name of who signed it.
    pub is_signed: bool,
}

impl DocumentKind {
    /// Every kind.
    pub const ALL: [Self; 16] = [
        kind("surat-permohonan", "Surat permohonan", "application letter")
            .called(&["application-letter", "request-letter"])
            .numbered()
            .signed(),
        kind("surat", "Surat dinas", "official letter")
            .called(&["official-letter", "letter"])
            .numbered()
            .signed(),
        kind("formulir", "Formulir", "form").called(&["registration-form", "form"]).signed(),
        kind("berita-acara", "Berita acara", "minutes").called(&["minutes"]).numbered().signed(),
        kind("bast", "Berita acara serah terima (BAST)", "record of handover")
            .called(&["handover-minutes", "handover"])
            .numbered()
            .signed(),
        kind("sk", "Surat keputusan (SK)", "decree")
            .called(&["decree", "regent-decree"])
            .numbered()
            .signed(),
        kind("perjanjian", "Perjanjian", "agreement")
            .called(&["agreement", "contract", "sla"])
            .numbered()
            .signed(),
        kind("laporan", "Laporan", "report").called(&["report", "test-report"]).signed(),
        kind("bukti", "Bukti", "evidence").called(&["evidence"]),
        kind("pemberitahuan", "Pemberitahuan tertulis", "written notice")
            .called(&["written-notice"])
            .numbered()
            .signed(),
        kind("teguran", "Teguran tertulis", "written warning")
            .called(&["written-warning"])
            .numbered()
            .signed(),
        kind("izin", "Izin", "permit").called(&["permit"]).numbered().signed(),
        kind("sop", "Prosedur (SOP)", "procedure")
            .called(&["sop", "procedure"])
            .numbered()
            .signed(),
        kind("dokumentasi", "Dokumentasi teknis", "technical documentation").called(&[
            "technical-document",
            "architecture-design",
            "software-requirements",
            "source-code",
            "manual",
        ]),
        kind("persetujuan", "Persetujuan publikasi", "publication consent")
            .called(&["publication-consent"])
            .signed(),
        kind("peraturan", "Peraturan atau rencana yang ditetapkan", "regulation or adopted plan")
            .called(&["regulation", "plan", "policy"])
            .numbered()
            .signed(),
    ];

    /// The kind that an event, or a person who searches, calls so.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.is_called(word))
    }

    /// Is this one of its words, or its family?
    pub fn is_called(&self, word: &str) -> bool {
        self.family == word || self.words.contains(&word)
    }

    const fn called(mut self, words: &'static [&'static str]) -> Self {
        self.words = words;
        self
    }

    const fn numbered(mut self) -> Self {
        self.is_numbered = true;
        self
    }

    const fn signed(mut self) -> Self {
        self.is_signed = true;
        self
    }
}

const fn kind(
    family: &'static str,
    indonesian: &'static str,
    english: &'static str,
) -> DocumentKind {
    let (is_numbered, is_signed) = (false, false);
    DocumentKind { family, indonesian, english, words: &[], is_numbered, is_signed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_by_the_word_of_the_event_and_by_its_indonesian_name() {
        let decree = DocumentKind::of("regent-decree");
        assert_eq!(decree, DocumentKind::of("sk"));
        assert_eq!(decree.map(|kind| kind.indonesian), Some("Surat keputusan (SK)"));
        assert_eq!(DocumentKind::of("poem"), None);
    }

    #[test]
    fn no_word_means_two_kinds() {
        let words = DocumentKind::ALL
            .iter()
            .flat_map(|kind| kind.words.iter().chain([&kind.family]).map(move |word| (word, kind)));
        for (word, kind) in words {
            assert_eq!(DocumentKind::of(word), Some(*kind), "{word}");
        }
    }

    /// What a rule set demands has a name that people know.
    #[test]
    fn the_kinds_of_the_bundled_rule_sets_are_in_the_list() {
        use crate::rules::{BUNDLED, FieldKind, RuleSet};

        fn asked(kind: &FieldKind) -> Vec<&str> {
            match kind {
                FieldKind::Document { is, .. } => is.as_deref().into_iter().collect(),
                FieldKind::List { of, .. } => asked(of),
                FieldKind::Map { fields } => {
                    fields.iter().flat_map(|field| asked(&field.kind)).collect()
                }
                _ => Vec::new(),
            }
        }
        let rules: Vec<_> = BUNDLED.iter().flat_map(|bytes| RuleSet::parse(bytes)).collect();
        let fields = rules.iter().flat_map(RuleSet::acts).flat_map(|act| &act.fields);
        let asked: Vec<_> = fields.flat_map(|field| asked(&field.kind)).collect();
        assert!(asked.len() > 5, "{asked:?}");
        for kind in asked {
            assert!(DocumentKind::of(kind).is_some(), "{kind}");
        }
    }
}
