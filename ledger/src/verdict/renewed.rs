//! The renewals of a ledger as evidence: all of their texts and tokens; of the lists of stamps those that name a stamp of
//! this event, and with the first of them the record under SHA-512.

use jejak_signer::Hash;

use super::evidence::{Block, Evidence, Renewed, Stamp};
use crate::log::{BLOCK_POSITIONS, Position, Renewal, StampLine, StampList, Twice};
use crate::segments::Listed;
use crate::timestamps::KeptTimestamp;
use crate::view::{ReadError, View};

impl View {
    /// The renewals that may carry these stamps on.
    pub(super) fn renewed(
        &self,
        position: Position,
        stamps: &[(KeptTimestamp, Stamp)],
    ) -> Result<Vec<Renewed>, ReadError> {
        let mut all = Vec::new();
        if stamps.is_empty() {
            return Ok(all);
        }
        let (mut since, mut held) = (0, false);
        for kept in self.first_renewals(Evidence::RENEWALS_MAX)? {
            // A renewal lists what was stamped over trees between the one before and its own.
            let between = since..=kept.renewal.size;
            let lines: Vec<(&KeptTimestamp, StampLine)> = stamps
                .iter()
                .filter(|(stamp, _)| between.contains(&stamp.size))
                .map(|(stamp, token)| {
                    let stamped = Twice::of(stamp.stamped.as_bytes());
                    (stamp, StampLine { stamped, token: Twice::of(&token.token) })
                })
                .collect();
            since = kept.renewal.size;
            let lists = if lines.is_empty() {
                Vec::new()
            } else {
                self.lists_naming(&kept.renewal, lines)?
            };
            let block = if lists.is_empty() || held {
                None
            } else {
                self.block_of(&kept.renewal, position)?
            };
            held |= block.is_some();
            let text = kept.renewal.to_string();
            all.push(Renewed { text, token: kept.token, lists, block });
        }
        Ok(all)
    }

    /// The lists of a renewal that name one of the stamps. One that is lost proves nothing; an audit names it. Only those are
    /// read that can name one, as far as that is kept of them.
    fn lists_naming(
        &self,
        renewal: &Renewal,
        mut left: Vec<(&KeptTimestamp, StampLine)>,
    ) -> Result<Vec<String>, ReadError> {
        let (mut naming, mut read) = (Vec::new(), 0);
        for list in &renewal.lists {
            if left.is_empty() || naming.len() == Evidence::STAMP_LISTS_MAX || read == READ_MAX {
                break;
            }
            let listed = self.listed(&list.sha256)?;
            let may_name = |listed: Listed| left.iter().any(|(stamp, _)| listed.may_name(stamp));
            if !listed.is_none_or(may_name) {
                continue;
            }
            read += 1;
            let Some(text) = self.text(&list.sha256) else { continue };
            let Ok(parsed) = text.parse::<StampList>() else { continue };
            let before = left.len();
            left.retain(|(_, line)| !parsed.stamps.contains(line));
            if left.len() < before {
                naming.push(text);
            }
        }
        Ok(naming)
    }

    /// The block in which a record stands, out of the segment that a renewal names.
    fn block_of(
        &self,
        renewal: &Renewal,
        Position(position): Position,
    ) -> Result<Option<Block>, ReadError> {
        let mut lines = renewal.segments.iter();
        let line = lines.find(|line| (line.first..line.end).contains(&position));
        let Some(line) = line else { return Ok(None) };
        let Some(segment) = self.text(&line.text.sha256) else { return Ok(None) };
        let index = (position - line.first) / BLOCK_POSITIONS;
        let first = line.first + index * BLOCK_POSITIONS;
        let count = (line.end - first).min(BLOCK_POSITIONS);
        let positions = self.block(Position(first), usize::try_from(count).unwrap_or(0))?;
        Ok(Some(Block { segment, positions }))
    }

    fn text(&self, object: &Hash) -> Option<String> {
        let held = self.held.object(object).ok().flatten()?;
        String::from_utf8(held).ok()
    }
}

/// Lists of one renewal that are read, where nothing tells what they hold.
const READ_MAX: usize = 64;
