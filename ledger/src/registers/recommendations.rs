//! The register of recommendations for recruiting and training people (BKY 16(4)). Recommendations for improvement
//! stand with the evaluation and the indicator that they are about.

use super::{Register, column};

/// See the module.
pub const RECOMMENDATIONS: Register = Register {
    name: "recommendations",
    prefix: "personnel/recommendation/",
    columns: &[
        column("agency", &["agency"]),
        column("need", &["need"]),
        column("letter", &["letter"]),
    ],
};
