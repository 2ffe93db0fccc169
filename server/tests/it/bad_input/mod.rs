//! What nobody should send, to every operation that the document names: refused in one form, and never the registry's fault.

/// Positions in lists that were not given, or not for this list.
mod cursors;
/// What the document says that can be asked.
mod document;
/// How many items of a list are asked for.
mod limits;
/// The lists of the document.
mod lists;
/// Query parameters that there are not.
mod parameters;
/// The protocol itself: methods, types, encodings, lengths.
mod protocol;
/// Texts that no engine, or not each, can store or compare.
mod texts;
