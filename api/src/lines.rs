//! Cutting a batch into its lines while it arrives: LF or CRLF ends a line, the last one may lack it. No line is kept beyond
//! the size of a statement, and not one line more than allowed, where there is such a bound.

/// One line of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// Bytes that may be a statement.
    Statement(Vec<u8>),
    /// More bytes than a statement may have; they were not kept.
    TooLong,
}

impl Line {
    /// Bytes that are kept of it.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Statement(bytes) => bytes.len(),
            Self::TooLong => 0,
        }
    }

    /// The line without the CR of its end.
    fn ended(self) -> Self {
        match self {
            Self::Statement(mut bytes) => {
                bytes.truncate(without_cr(&bytes).len());
                Self::Statement(bytes)
            }
            Self::TooLong => Self::TooLong,
        }
    }
}

/// One statement sent alone: many programs end a text with a line end.
pub(crate) fn only(mut body: Vec<u8>) -> Vec<u8> {
    let text = body.strip_suffix(b"\n").unwrap_or(&body);
    body.truncate(without_cr(text).len());
    body
}

fn without_cr(text: &[u8]) -> &[u8] {
    text.strip_suffix(b"\r").unwrap_or(text)
}

/// Bytes of the longest line end.
pub(crate) const LINE_END_BYTES: usize = 2;

/// The batch has more lines than allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooManyLines;

/// The lines so far.
#[derive(Debug)]
pub(crate) struct Lines {
    complete: Vec<Line>,
    open: Option<Line>,
    /// Lines that have begun.
    begun: u64,
    count_max: Option<u64>,
    line_bytes_max: usize,
}

impl Lines {
    pub(crate) fn new(count_max: Option<u64>, line_bytes_max: usize) -> Self {
        Self { complete: Vec::new(), open: None, begun: 0, count_max, line_bytes_max }
    }

    /// Takes the next piece of the body.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), TooManyLines> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, ends) =
                piece.strip_suffix(b"\n").map_or((piece, false), |text| (text, true));
            self.extend(text)?;
            if ends {
                self.complete.extend(self.open.take().map(Line::ended));
            }
        }
        Ok(())
    }

    /// Takes the complete lines.
    pub(crate) fn take(&mut self) -> Vec<Line> {
        std::mem::take(&mut self.complete)
    }

    /// The lines not yet taken, when the body has ended.
    pub(crate) fn finish(&mut self) -> Vec<Line> {
        self.complete.extend(self.open.take().map(Line::ended));
        self.take()
    }

    fn extend(&mut self, text: &[u8]) -> Result<(), TooManyLines> {
        if self.open.is_none() {
            if self.count_max.is_some_and(|max| self.begun >= max) {
                return Err(TooManyLines);
            }
            self.begun = self.begun.saturating_add(1);
        }
        let open = self.open.get_or_insert_with(|| Line::Statement(Vec::new()));
        if let Line::Statement(bytes) = open {
            bytes.extend_from_slice(text);
            // A CR may be the first byte of the line's end.
            if without_cr(bytes).len() > self.line_bytes_max {
                *open = Line::TooLong;
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
        let mut lines = Lines::new(Some(3), 4);
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
    fn crlf_ends_a_line_too_and_takes_up_nothing_of_it() {
        assert_eq!(cut(&["ab\r\ncd\r", "\n"]).unwrap(), [line("ab"), line("cd")]);
        assert_eq!(
            cut(&["abcd\r\nabcde\r\n\r\n"]).unwrap(),
            [line("abcd"), Line::TooLong, line("")]
        );
        // Elsewhere a CR is a byte like another.
        assert_eq!(cut(&["a\rb\r\r\n"]).unwrap(), [line("a\rb\r")]);
        for body in ["ab", "ab\n", "ab\r\n", "ab\r"] {
            assert_eq!(only(body.into()), b"ab", "{body:?}");
        }
        assert_eq!(only(b"ab\n\n".to_vec()), b"ab\n");
    }

    #[test]
    fn a_line_that_is_too_long_spoils_only_itself() {
        assert_eq!(
            cut(&["abcd\nab", "cde", "f\ng\n"]).unwrap(),
            [line("abcd"), Line::TooLong, line("g")]
        );
    }

    #[test]
    fn lines_are_taken_while_more_arrive_and_count_all_the_same() {
        let mut lines = Lines::new(Some(3), 4);
        lines.push(b"ab\nc").unwrap();
        assert_eq!(lines.take(), [line("ab")]);
        lines.push(b"d\nef").unwrap();
        assert_eq!(lines.take(), [line("cd")]);
        assert_eq!(lines.push(b"\ng"), Err(TooManyLines));
        assert_eq!(lines.finish(), [line("ef")]);
    }

    #[test]
    fn one_line_more_than_allowed_is_refused_as_soon_as_it_starts() {
        assert_eq!(cut(&["a\nb\nc\n"]).unwrap().len(), 3);
        assert_eq!(cut(&["a\nb\nc\nd"]), Err(TooManyLines));
        assert_eq!(cut(&["\n\n\n\n"]), Err(TooManyLines));
    }
}
