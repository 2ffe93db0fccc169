//! The wait that all requests share while the registry is out of reach: one countdown, however many parts are held up by it.

use std::cell::Cell;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;

use crate::{
    error::AppError,
    upload::{
        retry::{self, Failure},
        state::{UploadState, Waiting},
    },
};

/// How often the countdown is looked at, in milliseconds.
const TICK_MS: f64 = 250.0;

/// Whether the registry can be reached, and when it is tried again.
pub(super) struct Connection {
    state: UploadState,
    failures: Cell<u32>,
    /// The moment of the next try, in milliseconds since the epoch; the past, when nothing is wrong.
    next_try: Cell<f64>,
}

impl Connection {
    /// Nothing is wrong yet.
    pub(super) const fn new(state: UploadState) -> Self {
        Self { state, failures: Cell::new(0), next_try: Cell::new(0.0) }
    }

    /// Something got through.
    pub(super) fn works(&self) {
        self.failures.set(0);
        if self.state.waiting.with_untracked(Option::is_some) {
            self.state.waiting.set(None);
        }
    }

    /// Ends the wait.
    pub(super) fn retry_now(&self) {
        self.next_try.set(0.0);
        self.state.waiting.set(None);
    }

    /// Waits for the moment of the next try; the first to come decides when it is.
    pub(super) async fn wait(&self, reason: &str) {
        let now = js_sys::Date::now();
        if self.next_try.get() <= now {
            self.failures.set(self.failures.get().saturating_add(1));
            let wait = retry::wait(self.failures.get(), js_sys::Math::random());
            self.next_try.set(now + wait.as_secs_f64() * 1000.0);
        }
        loop {
            let left = self.next_try.get() - js_sys::Date::now();
            if left <= 0.0 {
                break;
            }
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 60 seconds")]
            let (seconds, tick) = ((left / 1000.0).ceil() as u32, left.min(TICK_MS).ceil() as u32);
            let waiting = Some(Waiting { reason: reason.to_owned(), seconds });
            if self.state.waiting.with_untracked(|shown| *shown != waiting) {
                self.state.waiting.set(waiting);
            }
            TimeoutFuture::new(tick).await;
        }
        self.state.waiting.set(None);
    }

    /// Calls a server function until it answers.
    ///
    /// # Errors
    /// When the answer is one that another try would get again.
    pub(super) async fn call<T>(&self, request: impl AsyncFn() -> Result<T, AppError>) -> Result<T, AppError> {
        let mut faults = 0;
        loop {
            let error = match request().await {
                Ok(answer) => {
                    self.works();
                    return Ok(answer);
                }
                Err(error) => error,
            };
            match Failure::from(error.clone()) {
                Failure::Away(why) => self.wait(&why).await,
                Failure::Fault(why) if faults < retry::MAX_FAULTS => {
                    faults += 1;
                    self.wait(&why).await;
                }
                Failure::Fault(_) | Failure::Expired(_) | Failure::Final(_) => return Err(error),
            }
        }
    }
}
