//! The end of a program's log, whatever it writes and however much.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// How many bytes of a log are kept: its end.
const KEPT: usize = 8 << 10;

/// Collects the end of a log while it is written. Clones see the same log.
#[derive(Clone, Default)]
pub(super) struct LogTail(Arc<Mutex<Vec<u8>>>);

impl LogTail {
    /// Reads to the end of the stream.
    pub(super) async fn follow(self, mut stream: impl AsyncRead + Unpin) {
        let mut buffer = vec![0; 4096];
        while let Ok(read @ 1..) = stream.read(&mut buffer).await {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            kept.extend_from_slice(&buffer[..read]);
            let over = kept.len().saturating_sub(KEPT);
            kept.drain(..over);
        }
    }

    /// What is kept, as text that can be shown: from a line's beginning, without control characters.
    pub(super) fn text(&self) -> String {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&kept);
        let text = if kept.len() == KEPT { text.split_once('\n').map_or(&*text, |(_, rest)| rest) } else { &text };
        text.chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()).collect()
    }
}
