//! The five steps of a verdict, each by itself: one that fails says nothing of the others.

mod authority;
mod certificate;
mod consistency;
mod inclusion;
mod signature;

pub(super) use authority::authority;
pub(super) use certificate::certificate;
pub(super) use consistency::consistency;
pub(super) use inclusion::inclusion;
pub(super) use signature::signature;
