//! Cutting a batch into its lines while it arrives: LF ends a line, the last one may lack it. No line is kept beyond
//! the size of a statement, and not one line more than allowed.

/// One line of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// Bytes that may be a statement.
    Statement(Vec<u8>),
    /// More bytes than a statement may have; they were not kept.
    TooLong,
}

/// The batch has more lines than allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooManyLines;

/// The lines so far.
#[derive(Debug)]
pub(crate) struct Lines {
    complete: Vec<Line>,
    open: Option<Line>,
    count_max: usize,
    line_bytes_max: usize,
}

impl Lines {
    pub(crate) fn new(count_max: usize, line_bytes_max: usize) -> Self {
        Self { complete: Vec::new(), open: None, count_max, line_bytes_max }
    }

    /// Takes the next piece of the body.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), TooManyLines> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, ends) =
                piece.strip_suffix(b"\n").map_or((piece, false), |text| (text, true));
            self.extend(text)?;
            if ends {
                self.complete.extend(self.open.take());
            }
        }
        Ok(())
    }

    /// All lines, when the body has ended.
    pub(crate) fn finish(mut self) -> Vec<Line> {
        self.complete.extend(self.open.take());
        self.complete
    }

    fn extend(&mut self, text: &[u8]) -> Result<(), TooManyLines> {
        if self.open.is_none() && self.complete.len() >= self.count_max {
            return Err(TooManyLines);
        }
        let open = self.open.get_or_insert_with(|| Line::Statement(Vec::new()));
        if let Line::Statement(bytes) = open {
            if bytes.len().saturating_add(text.len()) > self.line_bytes_max {
                *open = Line::TooLong;
            } else {
                bytes.extend_from_slice(text);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn cut(pieces: &[&str]) -> Result<Vec<Line>, TooManyLines> {
        let mut lines = Lines::new(3, 4);
        for piece in pieces {
            lines.push(piece.as_bytes())?;
        }
        Ok(lines.finish())
    }

    fn line(text: &str) -> Line {
        Line::Statement(text.into())
    }

    #[test]
    fn lines_do_not_depend_on_the_pieces_they_came_in() {
        let whole = cut(&["ab\ncd\n"]).unwrap();
        assert_eq!(whole, [line("ab"), line("cd")]);
        assert_eq!(cut(&["a", "b\nc", "", "d", "\n"]).unwrap(), whole);
        assert_eq!(cut(&["ab\ncd"]).unwrap(), whole);
    }

    #[test]
    fn an_empty_line_is_a_line_and_an_empty_body_has_none() {
        assert_eq!(cut(&[""]).unwrap(), []);
        assert_eq!(cut(&["\n"]).unwrap(), [line("")]);
        assert_eq!(cut(&["a\n\nb"]).unwrap(), [line("a"), line(""), line("b")]);
    }

    #[test]
    fn a_line_that_is_too_long_spoils_only_itself() {
        assert_eq!(
            cut(&["abcd\nab", "cde", "f\ng\n"]).unwrap(),
            [line("abcd"), Line::TooLong, line("g")]
        );
    }

    #[test]
    fn one_line_more_than_allowed_is_refused_as_soon_as_it_starts() {
        assert_eq!(cut(&["a\nb\nc\n"]).unwrap().len(), 3);
        assert_eq!(cut(&["a\nb\nc\nd"]), Err(TooManyLines));
        assert_eq!(cut(&["\n\n\n\n"]), Err(TooManyLines));
    }
}
