//! Evidence of revocation, kept fresh: lists and responses are fetched from where certificates say that they are, and recorded under
//! the service's key through the same way as any statement.

mod fetch;
mod keeper;
mod problem;
mod responders;
mod service;
mod settings;

pub(crate) use keeper::keep;
pub(crate) use problem::EvidenceProblem;
pub(crate) use service::Service;
pub use service::ServiceError;
pub use settings::Evidence;
