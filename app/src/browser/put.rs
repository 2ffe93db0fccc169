//! One part on its way: a request that reports its progress and can be given up. `fetch` knows no progress of what is sent,
//! hence `XMLHttpRequest`.

use std::{cell::Cell, pin::pin, rc::Rc};

use futures::{
    channel::oneshot,
    future::{Either, select},
};
use gloo_timers::future::TimeoutFuture;
use serde::Deserialize;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{Blob, ProgressEvent, XmlHttpRequest};

/// When not a byte moves for so long, the connection is taken for dead, in milliseconds.
const STALLED_MS: u32 = 60_000;

/// What the registry or the bucket said to a part.
pub(super) struct Answer {
    /// The HTTP status; 0 when there was no answer.
    pub(super) status: u16,
    /// The message in the body, when it is the registry's; a bucket's is for those who run it.
    pub(super) message: Option<String>,
}

/// Sends a part. Dropping the future gives it up.
pub(super) async fn put(url: &str, body: &Blob, on_progress: impl Fn(u64) + 'static) -> Answer {
    let none = Answer { status: 0, message: None };
    let Ok((request, mut ended)) = Request::send(url, body, on_progress) else { return none };
    loop {
        let before = request.moved.get();
        match select(&mut ended, pin!(TimeoutFuture::new(STALLED_MS))).await {
            Either::Left(_) => return request.answer(),
            Either::Right(_) if request.moved.get() == before => return none,
            Either::Right(_) => {}
        }
    }
}

struct Request {
    xhr: XmlHttpRequest,
    /// Counts the reports: that there are any is a sign of life.
    moved: Rc<Cell<u64>>,
    _on_progress: Closure<dyn FnMut(ProgressEvent)>,
    _on_end: Closure<dyn FnMut()>,
}

impl Request {
    fn send(url: &str, body: &Blob, on_progress: impl Fn(u64) + 'static) -> Result<(Self, oneshot::Receiver<()>), JsValue> {
        let (xhr, moved) = (XmlHttpRequest::new()?, Rc::new(Cell::new(0)));
        let (ended, end) = oneshot::channel();
        let counter = Rc::clone(&moved);
        let on_progress = Closure::new(move |event: ProgressEvent| {
            counter.set(counter.get() + 1);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length is a whole number below 2^53")]
            on_progress(event.loaded() as u64);
        });
        let on_end = Closure::once(move || {
            // a request that was given up has no listener any more
            let _ = ended.send(());
        });
        xhr.open("PUT", url)?;
        xhr.upload()?.set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
        xhr.set_onloadend(Some(on_end.as_ref().unchecked_ref()));
        xhr.send_with_opt_blob(Some(body))?;
        Ok((Self { xhr, moved, _on_progress: on_progress, _on_end: on_end }, end))
    }

    fn answer(&self) -> Answer {
        Answer {
            status: self.xhr.status().unwrap_or(0),
            message: self.xhr.response_text().ok().flatten().and_then(|body| message(&body)),
        }
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.xhr.set_onloadend(None);
        if let Ok(upload) = self.xhr.upload() {
            upload.set_onprogress(None);
        }
        // does nothing to a request that has ended
        let _ = self.xhr.abort();
    }
}

/// The message of a REST error body.
fn message(body: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Body {
        error: Message,
    }
    #[derive(Deserialize)]
    struct Message {
        message: String,
    }
    serde_json::from_str::<Body>(body).ok().map(|body| body.error.message)
}
