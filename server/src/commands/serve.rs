//! `serve`: the server, from the open port to the last request.

use std::{
    io::{self, Write as _},
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use axum_server::{Handle, accept::NoDelayAcceptor};
use hyper_util::rt::TokioTimer;
use registry::{Registry, Scheduler};
use secrecy::ExposeSecret as _;
use tokio::signal;

use super::{Failure, open};
use crate::{config::Config, routes};

/// How long requests may take to finish after the signal to stop: below the thirty seconds that ECS gives.
const GRACE: Duration = Duration::from_secs(20);

/// How long a client may take to send the headers of a request, and how long a connection may wait for its next request.
const HEADER_TIME: Duration = Duration::from_secs(60);
/// What a connection holds of what it reads or has not yet written, in bytes: hundreds of slow readers must not fill the memory.
const BUFFER: usize = 128 << 10;

/// Serves until a signal comes.
pub(super) async fn run(config: &Config) -> Result<(), Failure> {
    let site = routes::Site {
        folder: config.site_folder().map_err(Failure::configuration)?,
        secure: config.secure().map_err(Failure::configuration)?,
        trusted_proxies: config.trusted_proxies.clone(),
        listen_addr: config.listen_addr,
        quotas: config.quotas(),
    };
    let registry = open(config).await?;
    let _alone = registry.serve_alone()?;
    // the port is taken before anything is told or run
    let listener = listen(config.listen_addr)?;
    let address = listener.local_addr().map_err(|error| Failure::from_io("The address of the server is unknown", &error))?;
    greet(config, &registry, address).await?;
    let scheduler = Scheduler::start(registry.clone());
    let app = routes::router(registry.clone(), site);
    let handle = Handle::new();
    let mut server = axum_server::from_tcp(listener)
        .map_err(|error| Failure::from_io("The server cannot use its port", &error))?
        .acceptor(NoDelayAcceptor::new())
        .handle(handle.clone());
    server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIME).max_buf_size(BUFFER);
    let mut server = tokio::spawn(server.serve(app.into_make_service_with_connect_info::<SocketAddr>()));
    tokio::select! {
        ended = &mut server => {
            tracing::error!(?ended, "the server stopped by itself");
            return Err(Failure::unavailable("The server stopped by itself."));
        }
        () = asked_to_stop() => {}
    }
    tracing::info!("stopping: requests are finished, running jobs go back to the queue");
    handle.graceful_shutdown(Some(GRACE));
    scheduler.stop().await;
    if let Err(error) = server.await {
        tracing::error!(%error, "the server broke off");
    }
    registry.close().await;
    Ok(())
}

fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    listener.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => Failure::unavailable(format!(
            "The port of {address} is in use: stop the program that has it, or choose another with LISTEN_ADDR."
        )),
        io::ErrorKind::PermissionDenied => {
            Failure::configuration(format!("Listening on {address} is not allowed: choose a port from 1024 on with LISTEN_ADDR."))
        }
        _ => Failure::unavailable(format!("Listening on {address} failed: {error}.")),
    })
}

/// Says where the registry is and, on the very first start, how to sign in.
async fn greet(config: &Config, registry: &Registry, address: SocketAddr) -> Result<(), Failure> {
    let url = config
        .public_url
        .as_ref()
        .map_or_else(|| format!("http://{address}"), |url| url.as_str().trim_end_matches('/').to_owned());
    let mut lines = format!("The registry is at {url}\n");
    if let Some(first) = registry.first_administrator().await? {
        lines += &format!(
            "\nSign in as   {}\nPassword     {}\n\nThe password is shown this one time. Other accounts: model-registry create-user NAME\n",
            first.name,
            first.password.expose_secret()
        );
    }
    let mut out = io::stdout().lock();
    if let Err(error) = out.write_all(lines.as_bytes()).and_then(|()| out.flush()) {
        tracing::warn!(%error, "the greeting could not be written");
    }
    tracing::info!(url, version = env!("CARGO_PKG_VERSION"), "serving");
    Ok(())
}

async fn asked_to_stop() {
    let terminated = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(error) => {
                tracing::warn!(%error, "SIGTERM cannot be waited for");
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        () = terminated => {}
        _ = signal::ctrl_c() => {}
    }
}
