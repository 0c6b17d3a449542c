//! A mail server inside the test, for simulations: it accepts mails without TLS on loopback, refuses some recipients
//! and can be down. TLS and server names are tested elsewhere, with a real server.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use kaiku::base::Clock;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A mail that was accepted.
#[derive(Debug, Clone)]
pub struct Taken {
    /// When, on the simulated clock.
    pub at: Timestamp,
    /// Its Message-ID.
    pub message_id: String,
}

/// The running server.
pub struct Mailbox {
    pub address: SocketAddr,
    taken: Arc<Mutex<Vec<Taken>>>,
    down: Arc<AtomicBool>,
}

impl Mailbox {
    /// Listens on a free port. Recipients whose address begins with `refused` are refused permanently.
    pub async fn start(clock: Arc<dyn Clock>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (taken, down) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (keep, gone) = (Arc::clone(&taken), Arc::clone(&down));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let talk = talk(stream, Arc::clone(&keep), Arc::clone(&gone), Arc::clone(&clock));
                tokio::spawn(async move {
                    // A client that hangs up is not an error of the test.
                    let _ = talk.await;
                });
            }
        });
        Self { address, taken, down }
    }

    /// While down, it accepts nothing: every mail is deferred (4xx).
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::Relaxed);
    }

    /// The mails accepted so far.
    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().expect("the mails").clone()
    }
}

async fn talk(
    stream: TcpStream,
    taken: Arc<Mutex<Vec<Taken>>>,
    down: Arc<AtomicBool>,
    clock: Arc<dyn Clock>,
) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 mailbox\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let command = line.to_uppercase();
        let answer: &[u8] = if command.starts_with("QUIT") {
            write.write_all(b"221 bye\r\n").await?;
            return Ok(());
        } else if command.starts_with("MAIL") && down.load(Ordering::Relaxed) {
            b"451 try again later\r\n"
        } else if command.starts_with("RCPT") {
            let to = line.split(['<', '>']).nth(1).unwrap_or_default();
            if to.starts_with("refused") { b"550 nobody of this name\r\n" } else { b"250 ok\r\n" }
        } else if command.starts_with("DATA") {
            write.write_all(b"354 go on\r\n").await?;
            let mut text = String::new();
            while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                text.push_str(&line);
                text.push('\n');
            }
            let message_id = text.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap_or_default();
            let mail = Taken { at: clock.now(), message_id: message_id.to_owned() };
            taken.lock().expect("the mails").push(mail);
            b"250 taken\r\n"
        } else {
            b"250 ok\r\n"
        };
        write.write_all(answer).await?;
    }
    Ok(())
}
