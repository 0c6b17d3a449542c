//! The load generator: keep-alive connections, each of which sends its next request when the last one is answered.
//!
//! It runs on the same machine as what it measures, so it does as little as it can: the bodies are rendered before the
//! measurement, a request is a copy of 1 KB into a head that is there already, only the digits of the key change, and
//! only the status and the length of a response are read.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Fault;
use super::figures::percentile_ms;

/// How many threads send.
const THREADS: usize = 2;
/// How long requests are sent before the measurement starts.
const WARM_UP: Duration = Duration::from_millis(300);
/// The longest wait for one response.
const ANSWER_MOST: Duration = Duration::from_secs(30);
/// A response is read in pieces of this many bytes.
const PIECE_BYTES: usize = 4_096;
/// Digits of an idempotency key that differ from request to request.
const KEY_DIGITS: usize = 12;
/// A longer response is an error.
const ANSWER_BYTES_MOST: usize = 65_536;

/// A request, rendered before the measurement.
#[derive(Debug)]
pub struct Request {
    /// The JSON body.
    pub body: String,
    /// Whether it is sent with an idempotency key, another one each time.
    pub keyed: bool,
}

/// What to send.
#[derive(Debug, Clone, Copy)]
pub struct Load<'a> {
    /// Where to.
    pub address: SocketAddr,
    /// The path of the POST.
    pub path: &'a str,
    /// Sent in turn; each connection begins with another one. Their bodies have the same length.
    pub requests: &'a [Request],
    /// How many connections.
    pub connections: usize,
    /// For how long, after the warm-up.
    pub lasting: Duration,
    /// A number that no other load of this run has; the idempotency keys are made from it.
    pub number: u32,
}

/// What was measured.
#[derive(Debug, Clone, Copy)]
pub struct Reached {
    /// Answers per second.
    pub per_second: f64,
    /// Half of the responses were faster.
    pub p50_ms: f64,
    /// 99 % of the responses were faster.
    pub p99_ms: f64,
    /// All responses, with those of the warm-up and after the end: this many feedbacks must be in the database.
    pub answered: u64,
}

#[derive(Default)]
struct Counted {
    micros: Vec<u32>,
    answered: u64,
}

/// Sends `load`; every answer must be 201.
///
/// # Errors
/// The first response that is not 201, or a broken connection.
pub fn run(load: &Load<'_>) -> Result<Reached, Fault> {
    let threads = THREADS.min(load.connections);
    let started = Instant::now();
    let parts: Vec<Result<Counted, Fault>> = thread::scope(|scope| {
        let running: Vec<_> =
            (0..threads).map(|thread| scope.spawn(move || part(load, thread, threads, started))).collect();
        running.into_iter().map(|part| part.join().unwrap_or_else(|_| Err("a sender panicked".into()))).collect()
    });
    let mut all = Counted::default();
    for part in parts {
        let part = part?;
        all.micros.extend(part.micros);
        all.answered += part.answered;
    }
    all.micros.sort_unstable();
    Ok(Reached {
        per_second: all.micros.len() as f64 / load.lasting.as_secs_f64(),
        p50_ms: percentile_ms(&all.micros, 0.50),
        p99_ms: percentile_ms(&all.micros, 0.99),
        answered: all.answered,
    })
}

/// Runs one thread's share of the connections.
fn part(load: &Load<'_>, thread: usize, threads: usize, started: Instant) -> Result<Counted, Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let numbers = (0..load.connections).filter(|number| number % threads == thread);
        let senders = futures_util::future::try_join_all(numbers.map(|number| connection(load, number, started)));
        let mut all = Counted::default();
        for one in senders.await? {
            all.micros.extend(one.micros);
            all.answered += one.answered;
        }
        Ok(all)
    })
}

/// A request of one connection, all but the digits of its key and its body.
struct Buffer {
    bytes: Vec<u8>,
    /// Where the digits begin, if there is a key.
    digits_at: Option<usize>,
    body_at: usize,
}

impl Buffer {
    /// With a key of the connection `keyed_for`, or without a key.
    fn new(load: &Load<'_>, keyed_for: Option<usize>) -> Result<Self, Fault> {
        let body_bytes = load.requests.first().ok_or("nothing to send")?.body.len();
        let mut head = format!(
            "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {body_bytes}\r\n",
            load.path, load.address
        );
        let mut digits_at = None;
        if let Some(connection) = keyed_for {
            head.push_str(&format!("Idempotency-Key: {:08x}-{connection:04x}-4000-8000-", load.number));
            digits_at = Some(head.len());
            head.push_str(&format!("{:0KEY_DIGITS$}\r\n", 0));
        }
        head.push_str("\r\n");
        let body_at = head.len();
        let mut bytes = head.into_bytes();
        bytes.resize(body_at + body_bytes, b' ');
        Ok(Self { bytes, digits_at, body_at })
    }

    fn filled(&mut self, body: &str, key: u64) -> Result<&[u8], Fault> {
        if let Some(digits) = self.digits_at.and_then(|at| self.bytes.get_mut(at..at + KEY_DIGITS)) {
            digits.copy_from_slice(format!("{key:0KEY_DIGITS$x}").as_bytes());
        }
        let place = self.bytes.get_mut(self.body_at..).filter(|place| place.len() == body.len());
        place.ok_or("bodies of different lengths")?.copy_from_slice(body.as_bytes());
        Ok(&self.bytes)
    }
}

async fn connection(load: &Load<'_>, number: usize, started: Instant) -> Result<Counted, Fault> {
    let (begin, end) = (started + WARM_UP, started + WARM_UP + load.lasting);
    let mut stream = TcpStream::connect(load.address).await?;
    stream.set_nodelay(true)?;
    let (mut keyed, mut without_key) = (Buffer::new(load, Some(number))?, Buffer::new(load, None)?);
    let first = number * load.requests.len() / load.connections;
    let mut requests = load.requests.iter().cycle().skip(first);
    let mut answer = Vec::with_capacity(PIECE_BYTES);
    let mut counted = Counted::default();
    loop {
        let sent = Instant::now();
        if sent >= end {
            return Ok(counted);
        }
        let next = requests.next().ok_or("nothing to send")?;
        let buffer = if next.keyed { &mut keyed } else { &mut without_key };
        stream.write_all(buffer.filled(&next.body, counted.answered)?).await?;
        tokio::time::timeout(ANSWER_MOST, read_answer(&mut stream, &mut answer)).await??;
        counted.answered += 1;
        let now = Instant::now();
        if sent >= begin && now <= end {
            counted.micros.push(u32::try_from((now - sent).as_micros()).unwrap_or(u32::MAX));
        }
    }
}

/// Reads one whole response, which must be 201.
async fn read_answer(stream: &mut TcpStream, answer: &mut Vec<u8>) -> Result<(), Fault> {
    answer.clear();
    let mut whole = usize::MAX;
    while answer.len() < whole {
        if stream.read_buf(answer).await? == 0 {
            return Err("the connection was closed before the answer".into());
        }
        if whole == usize::MAX
            && let Some(head) = answer.windows(4).position(|end| end == b"\r\n\r\n")
        {
            whole = head + 4 + content_length(answer.get(..head).unwrap_or_default())?;
        }
        if answer.len() > ANSWER_BYTES_MOST {
            return Err("the answer is too long".into());
        }
    }
    if answer.starts_with(b"HTTP/1.1 201") { Ok(()) } else { Err(String::from_utf8_lossy(answer).into()) }
}

fn content_length(head: &[u8]) -> Result<usize, Fault> {
    const NAME: &[u8] = b"content-length: ";
    let at = head.windows(NAME.len()).position(|name| name == NAME).ok_or("an answer without content-length")?;
    let digits = head.get(at + NAME.len()..).unwrap_or_default();
    let digits: Vec<u8> = digits.iter().copied().take_while(u8::is_ascii_digit).collect();
    Ok(String::from_utf8(digits)?.parse()?)
}
