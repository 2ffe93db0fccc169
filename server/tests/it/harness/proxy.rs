//! A network that fails: it stands between a server and its database or its store, or between a client and the store.

use std::{
    net::SocketAddr,
    ops::Range,
    sync::{
        Arc, Mutex,
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

use super::Random;

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

impl Network {
    /// Some fault. Where it breaks connections, it does so after so many bytes.
    pub(crate) fn any_fault(random: &mut Random, bytes: Range<u64>) -> Self {
        let way = if random.within(0..2) == 0 { Way::There } else { Way::Back };
        match random.within(0..6) {
            0 => Self::Cut,
            1 => Self::Silent,
            2 => Self::Slow(Duration::from_millis(random.within(1..20))),
            3 => Self::Truncating(way, random.within(bytes)),
            _ => Self::Breaking(way, random.within(bytes)),
        }
    }
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
    heard: Arc<Heard>,
}

/// What a network has noticed.
#[derive(Default)]
struct Heard {
    /// How many connections it has ended.
    faults: AtomicU64,
    /// What was said to the target, by connection, if somebody listens.
    said: Option<Mutex<Vec<Vec<u8>>>>,
}

impl Proxy {
    /// A network that works.
    pub(crate) async fn to(target: SocketAddr) -> Self {
        Self::hearing(target, Heard::default()).await
    }

    /// One that also keeps what is said to the target: see [`Proxy::said`].
    pub(crate) async fn listening(target: SocketAddr) -> Self {
        Self::hearing(target, Heard { said: Some(Mutex::default()), ..Heard::default() }).await
    }

    async fn hearing(target: SocketAddr, heard: Heard) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (network, state) = watch::channel((0, Network::Up));
        let heard = Arc::new(heard);
        let proxy = Self { address: listener.local_addr().unwrap(), network, heard: Arc::clone(&heard) };
        tokio::spawn(accept(listener, target, state, heard));
        proxy
    }

    /// Changes it.
    pub(crate) fn set(&self, network: Network) {
        self.network.send_modify(|state| *state = (state.0 + 1, network));
    }

    /// How many connections it has ended so far.
    pub(crate) fn faults(&self) -> u64 {
        self.heard.faults.load(Ordering::Relaxed)
    }

    /// What was said to the target so far, by connection.
    pub(crate) fn said(&self) -> Vec<String> {
        let said = self.heard.said.as_ref().unwrap().lock().unwrap();
        said.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect()
    }
}

async fn accept(listener: TcpListener, target: SocketAddr, state: watch::Receiver<State>, heard: Arc<Heard>) {
    // connections end with the proxy
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        connections.spawn(carry(client, target, state.clone(), Arc::clone(&heard)));
    }
}

async fn carry(mut client: TcpStream, target: SocketAddr, mut state: watch::Receiver<State>, heard: Arc<Heard>) {
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    let ending = {
        let ((from_client, to_client), (from_server, to_server)) = (client.split(), server.split());
        tokio::select! {
            ending = pass(from_client, to_server, Way::There, state.clone(), heard.said.as_ref()) => ending,
            ending = pass(from_server, to_client, Way::Back, state.clone(), None) => ending,
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
    heard.faults.fetch_add(1, Ordering::Relaxed);
}

async fn pass(
    mut from: tcp::ReadHalf<'_>,
    mut to: tcp::WriteHalf<'_>,
    way: Way,
    mut state: watch::Receiver<State>,
    said: Option<&Mutex<Vec<Vec<u8>>>>,
) -> Ending {
    let connection = said.map(|said| {
        let mut said = said.lock().unwrap();
        said.push(Vec::new());
        said.len() - 1
    });
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
        if let (Some(said), Some(connection)) = (said, connection) {
            said.lock().unwrap()[connection].extend_from_slice(piece);
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
