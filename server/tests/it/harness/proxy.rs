//! A network that fails: it stands between a server and its database or its store, or between a client and the store.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

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
    /// Every piece of bytes is late.
    Slow(Duration),
    /// A connection breaks when so many bytes have passed this way since the network is so.
    Breaking(Way, u64),
    /// A connection is closed then, as if everything had been said.
    Truncating(Way, u64),
    /// Nothing passes; whoever says anything is answered this, and the connection is closed.
    Answering(&'static str),
}

/// Which way bytes pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// To the database or the store.
    There,
    /// From it.
    Back,
}

/// How a connection ends.
enum Ending {
    /// One side closed it.
    Closed,
    /// It is reset.
    Broken,
    /// It is closed before its time.
    Truncated,
    /// With this answer.
    Answered(&'static str),
}

/// What a network is now, with the number of the change: the same fault twice counts its bytes anew.
type State = (u64, Network);

/// The network to one address.
pub(crate) struct Proxy {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    network: watch::Sender<State>,
    faults: Arc<AtomicU64>,
}

impl Proxy {
    /// A network that works.
    pub(crate) async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (network, state) = watch::channel((0, Network::Up));
        let faults = Arc::new(AtomicU64::new(0));
        let proxy = Self { address: listener.local_addr().unwrap(), network, faults: Arc::clone(&faults) };
        tokio::spawn(accept(listener, target, state, faults));
        proxy
    }

    /// Changes it.
    pub(crate) fn set(&self, network: Network) {
        self.network.send_modify(|state| *state = (state.0 + 1, network));
    }

    /// How many connections it has ended so far.
    pub(crate) fn faults(&self) -> u64 {
        self.faults.load(Ordering::Relaxed)
    }
}

async fn accept(listener: TcpListener, target: SocketAddr, state: watch::Receiver<State>, faults: Arc<AtomicU64>) {
    // connections end with the proxy
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        connections.spawn(carry(client, target, state.clone(), Arc::clone(&faults)));
    }
}

async fn carry(mut client: TcpStream, target: SocketAddr, mut state: watch::Receiver<State>, faults: Arc<AtomicU64>) {
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    let ending = {
        let ((from_client, to_client), (from_server, to_server)) = (client.split(), server.split());
        tokio::select! {
            ending = pass(from_client, to_server, Way::There, state.clone()) => ending,
            ending = pass(from_server, to_client, Way::Back, state.clone()) => ending,
            _ = state.wait_for(|(_, network)| *network == Network::Cut) => Ending::Broken,
        }
    };
    match ending {
        Ending::Closed => return,
        Ending::Truncated => {}
        Ending::Broken => {
            // the one who closes it so sends a reset; when the other is gone already there is nobody to send it to
            let _ = (client.set_zero_linger(), server.set_zero_linger());
        }
        Ending::Answered(answer) => {
            drop(server);
            // whoever asked may not wait for the answer
            if client.write_all(answer.as_bytes()).await.is_ok() && client.shutdown().await.is_ok() {
                let mut rest = vec![0; 16 << 10];
                while let Ok(1..) = client.read(&mut rest).await {}
            }
        }
    }
    faults.fetch_add(1, Ordering::Relaxed);
}

async fn pass(mut from: tcp::ReadHalf<'_>, mut to: tcp::WriteHalf<'_>, way: Way, mut state: watch::Receiver<State>) -> Ending {
    let mut buffer = vec![0; 16 << 10];
    let (mut since, mut passed) = (0, 0);
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        // what comes in silence waits in the network
        let Ok((change, network)) = state.wait_for(|(_, network)| *network != Network::Silent).await.map(|state| *state) else {
            return Ending::Closed;
        };
        if change != since {
            (since, passed) = (change, 0);
        }
        let mut piece = &buffer[..read];
        let ending = match network {
            Network::Cut => return Ending::Broken,
            Network::Answering(answer) => return Ending::Answered(answer),
            Network::Slow(late) => {
                tokio::time::sleep(late).await;
                None
            }
            Network::Breaking(faulty, after) if faulty == way => Some((after, Ending::Broken)),
            Network::Truncating(faulty, after) if faulty == way => Some((after, Ending::Truncated)),
            Network::Up | Network::Silent | Network::Breaking(..) | Network::Truncating(..) => None,
        };
        let ending = ending.filter(|(after, _)| passed + read as u64 >= *after);
        if let Some((after, _)) = &ending {
            piece = &piece[..(after - passed) as usize];
        }
        let written = to.write_all(piece).await;
        match ending {
            Some((_, ending)) => return ending,
            None if written.is_err() => return Ending::Closed,
            None => passed += read as u64,
        }
    }
    Ending::Closed
}
