//! From what a card, a text or a header says to a licence and its class.

mod class;
mod detect;
mod names;
mod terms;

pub use class::LicenseClass;
pub use detect::{Detected, detect, mentioned};
pub use terms::Terms;
