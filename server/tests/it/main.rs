//! The registry from outside: the real binary with a data folder of its own, asked over HTTP and at the command line.
//!
//! Each module tells the stories of one noun; a test's name is the rule that it shows. `harness` starts and stops servers.

#[cfg(test)]
mod access;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod downloads;
#[cfg(test)]
mod full_disk;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod start;
#[cfg(test)]
mod store;
#[cfg(test)]
mod uploads;
