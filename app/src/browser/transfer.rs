//! The parts: four at once, each until it has arrived.

use std::{
    cell::RefCell,
    collections::{HashMap, VecDeque},
    rc::Rc,
};

use domain::{
    UploadId,
    upload::{MissingBlob, PartRequest},
};
use futures::{future::try_join_all, lock::Mutex};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::{
    blob::{describe, slice},
    connection::Connection,
    engine::Chosen,
    put::put,
};
use crate::{
    api::uploads::part_addresses,
    upload::retry::{Failure, MAX_FAULTS},
};

/// How many parts are on the way at once, of all files together.
const LANES: usize = 4;
/// For how many parts addresses are asked at once: enough to be rare, few enough to be used before they expire.
const ADDRESSES: usize = 16;
/// How often in a row a part may be told that its address has expired: a clock that is wrong must not spin for ever.
const MAX_EXPIRED: u32 = 3;

/// The address of each part that was asked for and not used yet.
type AddressBook = Mutex<HashMap<u32, String>>;

/// A part that is to be sent.
#[derive(Clone, Copy)]
struct Part<'a> {
    blob: &'a MissingBlob,
    book: &'a AddressBook,
    number: u32,
    start: u64,
    length: u64,
}

/// Sends the parts of one upload.
pub(super) struct Transfer<'a> {
    pub(super) upload: UploadId,
    pub(super) chosen: &'a Chosen,
    pub(super) connection: &'a Connection,
}

impl Transfer<'_> {
    /// Sends all parts that have not arrived.
    ///
    /// # Errors
    /// When a part is refused, or a file cannot be read any more.
    pub(super) async fn send(&self, missing: &[MissingBlob]) -> Result<(), String> {
        let books: Vec<AddressBook> = missing.iter().map(|_| AddressBook::default()).collect();
        let queue = RefCell::new(missing.iter().zip(&books).flat_map(|(blob, book)| parts(blob, book)).collect::<VecDeque<_>>());
        let lanes = (0..LANES).map(async |_| {
            loop {
                let next = queue.borrow_mut().pop_front();
                let Some(part) = next else { return Ok(()) };
                self.send_part(&part).await?;
            }
        });
        try_join_all(lanes).await.map(drop)
    }

    async fn send_part(&self, part: &Part<'_>) -> Result<(), String> {
        let digest = part.blob.sha256;
        let whole = self.chosen.blobs.get(&digest).ok_or("The registry asks for a file that was not chosen.")?;
        let body = slice(whole, part.start, part.start + part.length).map_err(|error| describe(&error))?;
        let (mut faults, mut expired) = (0, 0);
        loop {
            let url = self.address(part).await?;
            self.chosen.progress.borrow_mut().part_moved(&digest, part.number, 0);
            let (progress, number, length) = (Rc::clone(&self.chosen.progress), part.number, part.length);
            // what is counted on the wire may be more than the part
            let moved = move |bytes: u64| progress.borrow_mut().part_moved(&digest, number, bytes.min(length));
            let answer = put(&url, &body, moved).await;
            let unanswered = answer.status == 0;
            let Some(failure) = Failure::of_part(answer.status, answer.message) else {
                self.chosen.progress.borrow_mut().part_done(&digest, part.number, part.length);
                self.connection.works();
                return Ok(());
            };
            self.chosen.progress.borrow_mut().part_lost(&digest, part.number);
            if unanswered {
                self.check_readable(part, &body).await?;
            }
            match failure {
                Failure::Away(why) => self.connection.wait(&why).await,
                Failure::Fault(why) if faults < MAX_FAULTS => {
                    faults += 1;
                    self.connection.wait(&why).await;
                }
                Failure::Expired(_) if expired < MAX_EXPIRED => {
                    expired += 1;
                    part.book.lock().await.clear();
                }
                Failure::Fault(why) | Failure::Expired(why) | Failure::Final(why) => return Err(why),
            }
        }
    }

    /// An address for the part; with it, those of the next parts of the blob are asked for.
    async fn address(&self, part: &Part<'_>) -> Result<String, String> {
        // held while asking: the other lanes wait for the answer instead of asking, too
        let mut book = part.book.lock().await;
        if let Some(url) = book.remove(&part.number) {
            return Ok(url);
        }
        let later = |number: &u32| *number >= part.number && !part.blob.received.contains(number);
        let numbers: Vec<u32> = (part.number..=part.blob.plan.count()).filter(later).take(ADDRESSES).collect();
        let request = PartRequest { upload: self.upload, sha256: part.blob.sha256, numbers };
        let addresses =
            self.connection.call(async || part_addresses(request.clone()).await).await.map_err(|error| error.message)?;
        book.extend(addresses.into_iter().map(|address| (address.number, address.url)));
        book.remove(&part.number).ok_or_else(|| "The registry did not say where a part goes. Try again.".to_owned())
    }

    /// A request that fails because the file changed looks like one that fails for want of a network: reading tells.
    async fn check_readable(&self, part: &Part<'_>, body: &Blob) -> Result<(), String> {
        let first = slice(body, 0, part.length.min(1)).map_err(|error| describe(&error))?;
        match JsFuture::from(first.array_buffer()).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let progress = self.chosen.progress.borrow();
                let path = progress.path_of(&part.blob.sha256).map(ToString::to_string).unwrap_or_default();
                Err(format!("“{path}”: {}", describe(&error)))
            }
        }
    }
}

/// The parts of a blob that have not arrived.
fn parts<'a>(blob: &'a MissingBlob, book: &'a AddressBook) -> impl Iterator<Item = Part<'a>> {
    (1..=blob.plan.count()).filter(|number| !blob.received.contains(number)).filter_map(move |number| {
        let (start, length) = blob.plan.part(number)?;
        Some(Part { blob, book, number, start, length })
    })
}
