//! Two servers on one PostgreSQL, both running jobs, killed at random times: every job's effect is in the database
//! exactly once, and mails and webhook messages are at worst repeated with the same id.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kaiku::base::clock::SystemClock;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use crate::mailbox::Mailbox;
use crate::program::{Installation, Program, chance, new_key, rows};
use crate::support::{COUNTY, Kind, http_builder};

/// How often one of the two is killed.
const KILLS: usize = 10;
/// How long both run before one is killed.
const LIFE_MS: std::ops::Range<u64> = 300..1500;
/// How many urgent feedbacks are given meanwhile.
const FEEDBACKS: usize = 160;
/// How long the queue may take to become empty: the leases of a killed server must expire first.
const EMPTY_WITHIN: Duration = Duration::from_secs(90);

/// A webhook's target; it keeps the ids of the messages it received.
struct Target {
    port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Target {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let keep = Arc::clone(&keep);
                // A killed sender hangs up; that is what the test is about.
                tokio::spawn(async move { listen(stream, &keep).await.ok() });
            }
        });
        Self { port, seen }
    }
}

async fn listen(stream: TcpStream, seen: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut reader = BufReader::new(read);
    loop {
        let (mut id, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let line = line.trim_end().to_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("webhook-id: ") {
                id = value.to_owned();
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().unwrap_or(0);
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).await?;
        seen.lock().expect("the list").push(id);
        write.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await?;
    }
}

/// The county, in which the person who handles urgent feedback has an email address.
async fn installation(mailbox: &Mailbox) -> Installation {
    let mut installation = Installation::empty(Kind::Postgres).await;
    let (host, port) = (mailbox.address.ip().to_string(), mailbox.address.port().to_string());
    for (name, value) in [
        ("KAIKU_MAIL__TRANSPORT", "smtp"),
        ("KAIKU_MAIL__HOST", host.as_str()),
        ("KAIKU_MAIL__PORT", port.as_str()),
        ("KAIKU_MAIL__TLS", "none"),
        ("KAIKU_MAIL__TIMEOUT_SECONDS", "5"),
        ("KAIKU_JOBS__LEASE_SECONDS", "10"),
        ("KAIKU_JOBS__POLL_MS", "20"),
        ("KAIKU_WEBHOOKS__ALLOW_PRIVATE", "true"),
        ("KAIKU_WEBHOOKS__ALLOW_HTTP", "true"),
        ("KAIKU_WEBHOOKS__TIMEOUT_SECONDS", "5"),
    ] {
        installation.set(name, value);
    }
    let name = "slug = \"responsible\"\nname = \"Vilma Vastuu\"\n";
    assert!(COUNTY.contains(name));
    let county = COUNTY.replace(name, &format!("{name}email = \"vilma.vastuu@example.fi\"\n"));
    let file = installation.folder.path().join("county.toml");
    std::fs::write(&file, county).expect("a file");
    installation.run_well(&["import", &file.display().to_string()]);
    installation
}

/// Gives urgent feedback to whichever server answers, each until it is acknowledged; returns the ids.
async fn give(bases: Arc<Mutex<Vec<String>>>) -> BTreeSet<Uuid> {
    let http = http_builder().timeout(Duration::from_secs(5)).build().expect("a client");
    let mut given = BTreeSet::new();
    for number in 0..FEEDBACKS {
        let form = json!({"unit": "koivu", "instrument": "asiakastyytyvaisyys", "channel": "web", "language": "fi",
            "answers": {"q1": 2, "free": "Minua uhkailtiin ja hakattiin."}});
        let key = new_key().to_string();
        for attempt in number.. {
            let base = {
                let bases = bases.lock().expect("the addresses");
                bases[attempt % bases.len()].clone()
            };
            let request = http.post(format!("{base}/api/v1/feedback")).header("Idempotency-Key", &key).json(&form);
            if let Ok(answer) = request.send().await
                && answer.status().as_u16() == 201
                && let Ok(body) = answer.json::<Value>().await
            {
                given.insert(body["id"].as_str().and_then(|id| id.parse().ok()).expect("an id"));
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    given
}

async fn make_webhook(program: &Program, installation: &Installation, target: &Target) {
    let token = installation.token("admin", "webhooks:write,organisation:write");
    let new =
        json!({"node": {"kind": "organiser", "slug": "testila"}, "url": format!("http://127.0.0.1:{}/", target.port)});
    let http = http_builder().build().expect("a client");
    let answer = http
        .post(format!("{}/api/v1/webhooks", program.base))
        .bearer_auth(token)
        .json(&new)
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status().as_u16(), 201, "{}", answer.text().await.unwrap_or_default());
}

/// Asserts that exactly the stored ids were received; returns how many messages were repeats.
fn repeats(what: &str, stored: &BTreeSet<String>, seen: &[String]) -> usize {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    seen.iter().for_each(|id| *counts.entry(id).or_default() += 1);
    let ids: BTreeSet<String> = counts.keys().map(|id| (*id).to_owned()).collect();
    assert_eq!(&ids, stored, "{what}: lost, or nobody's");
    counts.values().map(|count| count - 1).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_that_are_killed_do_each_job_once() {
    let mailbox = Mailbox::start(Arc::new(SystemClock)).await;
    let target = Target::start().await;
    let installation = installation(&mailbox).await;
    let mut programs = vec![installation.serve().await, installation.serve().await];
    make_webhook(&programs[0], &installation, &target).await;
    let bases = Arc::new(Mutex::new(programs.iter().map(|program| program.base.clone()).collect::<Vec<_>>()));
    let giving = tokio::spawn(give(Arc::clone(&bases)));
    for _ in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(LIFE_MS.start + chance(LIFE_MS.end - LIFE_MS.start))).await;
        let index = usize::try_from(chance(2)).expect("small");
        programs.remove(index).kill();
        programs.push(installation.serve().await);
        *bases.lock().expect("the addresses") = programs.iter().map(|program| program.base.clone()).collect();
    }
    let given = giving.await.expect("the givers");
    let url = &installation.database_url;
    // Wait until the due jobs are done; the day's other notices wait for their morning.
    let due = "SELECT COUNT(*) FROM jobs WHERE kind IN ('notice_urgent_case', 'mail') OR state = 'leased'";
    let until = Instant::now() + EMPTY_WITHIN;
    while installation.number(due).await > 0 {
        assert!(
            Instant::now() < until,
            "{:?}",
            rows::<(String, String, i64)>(url, "SELECT kind, state, attempts FROM jobs").await
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let cases: BTreeSet<Uuid> =
        rows::<(Uuid,)>(url, "SELECT id FROM cases").await.into_iter().map(|row| row.0).collect();
    assert_eq!(cases, given, "each feedback has its one case");
    let notices = rows::<(String,)>(url, "SELECT subject FROM notices WHERE kind = 'urgent_case'").await;
    let subjects: BTreeSet<String> = notices.iter().map(|row| row.0.clone()).collect();
    assert_eq!(subjects, given.iter().map(Uuid::to_string).collect(), "each case has its notice");
    assert_eq!(subjects.len(), notices.len(), "and one only");
    let mails = rows::<(Uuid,)>(url, "SELECT id FROM mails WHERE state = 'taken'").await;
    assert_eq!(mails.len(), given.len());
    let stored = mails.iter().map(|row| row.0.to_string()).collect();
    let seen: Vec<String> = mailbox
        .taken()
        .iter()
        .map(|mail| mail.message_id.trim_start_matches('<').split('@').next().unwrap_or_default().to_owned())
        .collect();
    let again = repeats("mails", &stored, &seen);
    let deliveries = rows::<(Uuid,)>(url, "SELECT id FROM webhook_deliveries WHERE state = 'delivered'").await;
    assert!(deliveries.len() >= given.len(), "{} messages for {}", deliveries.len(), given.len());
    let stored = deliveries.iter().map(|row| row.0.to_string()).collect();
    let told_again = repeats("messages", &stored, &target.seen.lock().expect("the list"));
    eprintln!("{} feedbacks, {again} mails and {told_again} messages sent again after {KILLS} kills", given.len());
    assert!(again <= KILLS && told_again <= KILLS, "more were repeated than were cut off");
    for program in programs {
        program.stop().await;
    }
    installation.run_well(&["counters", "check"]);
}
