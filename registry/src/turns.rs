//! Turns at what only some can do at once: so many in all, and so many of one caller.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use domain::UserId;

/// Who takes turns: all tokens and sessions of a user are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Caller {
    /// Whoever runs the binary.
    Operator,
    /// A user.
    User(UserId),
    /// Nobody in particular, from an address or, of the sixth version, a network; nothing when it is not known.
    Address(Option<IpAddr>),
}

/// Why there is no turn now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoTurn {
    /// The caller has as many as one may have.
    OfCaller,
    /// All are taken.
    AtAll,
}

/// The turns there are. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Turns {
    /// How many there are.
    all: usize,
    /// How many of them one caller may have.
    of_one: usize,
    taken: Arc<Mutex<HashMap<Caller, usize>>>,
}

/// One turn; it ends when it is dropped.
#[derive(Debug)]
pub(crate) struct OneTurn {
    caller: Caller,
    taken: Arc<Mutex<HashMap<Caller, usize>>>,
}

impl Turns {
    pub(crate) fn new(all: usize, of_one: usize) -> Self {
        Self { all, of_one, taken: Arc::default() }
    }

    /// Takes a turn, if there is one.
    pub(crate) fn take(&self, caller: Caller) -> Result<OneTurn, NoTurn> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.get(&caller).is_some_and(|own| *own >= self.of_one) {
            return Err(NoTurn::OfCaller);
        }
        if taken.values().sum::<usize>() >= self.all {
            return Err(NoTurn::AtAll);
        }
        *taken.entry(caller).or_default() += 1;
        Ok(OneTurn { caller, taken: Arc::clone(&self.taken) })
    }
}

impl Drop for OneTurn {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = taken.get_mut(&self.caller) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.caller);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_caller_leaves_turns_to_others_and_all_of_them_come_back() {
        let turns = Turns::new(3, 2);
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|address| Caller::Address(Some(address.parse().unwrap())));
        let first = turns.take(one).unwrap();
        let second = turns.take(one).unwrap();
        assert_eq!(turns.take(one).unwrap_err(), NoTurn::OfCaller);
        let third = turns.take(other).unwrap();
        assert_eq!(turns.take(other).unwrap_err(), NoTurn::AtAll);
        drop(first);
        let again = turns.take(one).unwrap();
        drop((again, second, third));
        assert!(turns.taken.lock().unwrap().is_empty(), "nobody is remembered");
    }
}
