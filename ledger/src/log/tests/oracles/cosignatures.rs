//! Cosignatures and quorums beside `sigsum`, whose logs sign the same checkpoints and whose
//! witnesses make the same cosignatures: a log in its form, made by us, is judged by both.

use proptest::prelude::*;
use proptest::sample::Index;

use super::claims::{Change, changes};
use super::logged::{ALL_WITNESSES, Logged, Quorum};
use super::{flipped, signed_cases};
use crate::log::tests::properties::count;

/// What is done to a logged message.
#[derive(Debug, Clone)]
enum Alteration {
    Index,
    Size,
    Root(Index),
    Path(Change),
    Signature(Index),
    Cosignature(Index, Index),
    Time(Index),
}

impl Alteration {
    /// Whether there was something to alter.
    fn apply(&self, logged: &mut Logged) -> bool {
        let cosignatures = logged.cosignatures.len();
        match self {
            Self::Index => logged.index ^= 1,
            Self::Size => logged.size += 1,
            Self::Root(bit) => logged.root = flipped(&logged.root, *bit),
            Self::Path(change) => match change.apply(&logged.path) {
                Some(path) => logged.path = path,
                None => return false,
            },
            Self::Signature(bit) => flip(&mut logged.signature, *bit),
            Self::Cosignature(..) | Self::Time(_) if cosignatures == 0 => return false,
            Self::Cosignature(which, bit) => {
                flip(&mut which.get_mut(&mut logged.cosignatures).signature, *bit);
            }
            Self::Time(which) => which.get_mut(&mut logged.cosignatures).time ^= 1,
        }
        true
    }
}

fn quorums() -> impl Strategy<Value = Quorum> {
    (1..=3_u8, 1..=3_u8, any::<[Index; 2]>(), any::<bool>()).prop_map(|(a, b, at, of_both)| {
        let groups = [(10..10 + a).collect(), (20..20 + b).collect()];
        let thresholds = [1 + at[0].index(a.into()), 1 + at[1].index(b.into())];
        Quorum { groups, thresholds, of_both }
    })
}

fn alterations() -> impl Strategy<Value = Alteration> {
    prop_oneof![
        Just(Alteration::Index),
        Just(Alteration::Size),
        any::<Index>().prop_map(Alteration::Root),
        changes().prop_map(Alteration::Path),
        any::<Index>().prop_map(Alteration::Signature),
        any::<(Index, Index)>().prop_map(|(which, bit)| Alteration::Cosignature(which, bit)),
        any::<Index>().prop_map(Alteration::Time),
    ]
}

fn flip(bytes: &mut [u8], bit: Index) {
    let bit = bit.index(bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
}

fn cosigners() -> impl Strategy<Value = Vec<u8>> {
    let some = prop::sample::subsequence(ALL_WITNESSES.to_vec(), 0..=ALL_WITNESSES.len());
    prop_oneof![1 => Just(ALL_WITNESSES.to_vec()), 3 => some]
}

proptest! {
    #![proptest_config(signed_cases())]

    #[test]
    fn a_cosigned_checkpoint_is_proven_to_both_or_neither(
        size in 1..600_u64,
        index: Index,
        quorum in quorums(),
        cosigners in cosigners(),
        time in prop_oneof![Just(1_767_225_600), 0..(1_u64 << 62)],
    ) {
        let index = u64::try_from(index.index(count(size))).unwrap();
        let logged = Logged::new(index, size, &cosigners, time);
        let proven = logged.is_proven(&quorum);
        prop_assert_eq!(proven, logged.is_proven_to_them(&quorum));
        prop_assert!(proven || cosigners != ALL_WITNESSES);
    }

    #[test]
    fn an_altered_one_is_proven_to_neither(
        size in 2..600_u64,
        index: Index,
        quorum in quorums(),
        alteration in alterations(),
    ) {
        let index = u64::try_from(index.index(count(size))).unwrap();
        let members = quorum.groups.concat();
        let mut logged = Logged::new(index, size, &members, 1_767_225_600);
        prop_assert!(logged.is_proven(&quorum));
        prop_assume!(alteration.apply(&mut logged));
        prop_assert!(!logged.is_proven(&quorum), "{:?}", alteration);
        prop_assert!(!logged.is_proven_to_them(&quorum), "{:?}", alteration);
    }
}
