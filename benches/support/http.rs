//! Single requests with one connection each: readiness, metrics, batches. The load generator does not use these.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::Fault;

/// The longest wait for a response.
const ANSWER_MOST: Duration = Duration::from_secs(30);

/// A response.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The body, if the response has this status.
    ///
    /// # Errors
    /// The response, if it has another status.
    pub fn expect_status(self, status: u16) -> Result<String, Fault> {
        if self.status == status { Ok(self.body) } else { Err(format!("{}: {}", self.status, self.body).into()) }
    }
}

/// GET.
///
/// # Errors
/// When the connection is refused or breaks.
pub fn get(address: SocketAddr, path: &str) -> Result<Answer, Fault> {
    call(address, &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"))
}

/// POST of a JSON body; each line of `headers` ends with `\r\n`.
///
/// # Errors
/// When the connection is refused or breaks.
pub fn post(address: SocketAddr, path: &str, headers: &str, body: &str) -> Result<Answer, Fault> {
    let length = body.len();
    call(
        address,
        &format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\n\
             {headers}Content-Length: {length}\r\n\r\n{body}"
        ),
    )
}

fn call(address: SocketAddr, request: &str) -> Result<Answer, Fault> {
    let mut stream = TcpStream::connect_timeout(&address, ANSWER_MOST)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(ANSWER_MOST))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("an answer without an end of its head")?;
    let status = head.get(9..12).and_then(|digits| digits.parse().ok()).ok_or("an answer without a status")?;
    Ok(Answer { status, body: body.to_owned() })
}
