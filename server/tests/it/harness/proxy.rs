//! A network that fails: it stands between a server and its database.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, tcp},
    sync::watch,
    task::JoinSet,
};

/// What happens to connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    /// Bytes pass.
    Up,
    /// Nothing passes, and nothing says so.
    Silent,
    /// Connections break, and new ones break at once.
    Cut,
}

/// The network to one address.
pub(crate) struct Proxy {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    network: watch::Sender<Network>,
}

impl Proxy {
    /// A network that works.
    pub(crate) async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (network, state) = watch::channel(Network::Up);
        let proxy = Self { address: listener.local_addr().unwrap(), network };
        tokio::spawn(accept(listener, target, state));
        proxy
    }

    /// Changes it.
    pub(crate) fn set(&self, network: Network) {
        self.network.send_replace(network);
    }
}

async fn accept(listener: TcpListener, target: SocketAddr, state: watch::Receiver<Network>) {
    // connections end with the proxy
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let mut state = state.clone();
        connections.spawn(async move {
            let Ok(server) = TcpStream::connect(target).await else { return };
            let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
            tokio::select! {
                () = pass(from_client, to_server, state.clone()) => {}
                () = pass(from_server, to_client, state.clone()) => {}
                _ = state.wait_for(|network| *network == Network::Cut) => {}
            }
        });
    }
}

async fn pass(mut from: tcp::OwnedReadHalf, mut to: tcp::OwnedWriteHalf, mut state: watch::Receiver<Network>) {
    let mut buffer = vec![0; 16 << 10];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        // what comes in silence waits in the network
        if state.wait_for(|network| *network != Network::Silent).await.is_err() || to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}
