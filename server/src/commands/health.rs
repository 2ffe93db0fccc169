//! Asking a running server whether it is healthy: a plain HTTP request, so that a container needs no other tool.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{Failure, say};
use crate::config::Config;

/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks `/health/ready` on the listening address.
pub(super) async fn run(config: &Config) -> Result<(), Failure> {
    let address = config.listen_addr;
    let ask = async {
        let mut stream = TcpStream::connect(address).await?;
        stream
            .write_all(format!("GET /health/ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes())
            .await?;
        let mut answer = Vec::new();
        stream.take(64 << 10).read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    match tokio::time::timeout(PATIENCE, ask).await {
        Ok(Ok(answer)) if answer.starts_with(b"HTTP/1.1 200 ") => say(format!("The server at {address} is healthy.")),
        Ok(Ok(_)) => Err(Failure::unavailable(format!("The server at {address} answers, but is not ready."))),
        Ok(Err(error)) => Err(Failure::unavailable(format!("No server answers at {address}: {error}."))),
        Err(_) => Err(Failure::unavailable(format!("The server at {address} does not answer."))),
    }
}
