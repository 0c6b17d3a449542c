//! The processes under test: the real server on either database, and the echo.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::{Fault, content, echo, http};

/// The server's program: the build that ships (profile `dist`), unless `KAIKU_BENCH_PROGRAM` names another build to compare with.
pub fn program() -> PathBuf {
    std::env::var_os("KAIKU_BENCH_PROGRAM").map_or_else(|| env!("CARGO_BIN_EXE_kaiku").into(), PathBuf::from)
}
/// The file of the county in the installation's folder.
const COUNTY: &str = "county.toml";
/// The longest wait for a process to become ready or to stop.
const READY_MOST: Duration = Duration::from_secs(30);
/// How often a starting process is asked whether it is ready.
const ASKED_EVERY: Duration = Duration::from_millis(1);

/// An installation: a database with its keyring.
#[derive(Debug, Clone)]
pub struct Installation {
    /// Its folder: keyring, log and the SQLite file.
    pub folder: PathBuf,
    /// The URL of its database.
    pub database_url: String,
    /// Whether the writer commits each submission on its own.
    pub one_by_one: bool,
}

impl Installation {
    /// A command of the server's program with this installation's settings.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(arguments).current_dir(&self.folder);
        let rows = if self.one_by_one { "1" } else { "1024" };
        // One client sends everything: the rate limits would soon stop it.
        for rate in [
            "PUBLIC_PER_CLIENT_PER_MINUTE",
            "PUBLIC_BURST",
            "PUBLIC_PER_UNIT_PER_MINUTE",
            "RECEIPT_LOOKUPS_PER_CLIENT_PER_MINUTE",
            "TOKEN_CALLS_PER_MINUTE",
        ] {
            command.env(format!("KAIKU_RATES__{rate}"), "1000000");
        }
        command
            .env("KAIKU_DATABASE__URL", &self.database_url)
            .env("KAIKU_KEYS__FILE", self.folder.join("keyring.toml"))
            .env("KAIKU_LIMITS__INTAKE_BATCH_ROWS", rows);
        command
    }

    /// Runs a command to its end and returns its output.
    ///
    /// # Errors
    /// What the command wrote to standard error.
    pub fn run(&self, arguments: &[&str]) -> Result<String, Fault> {
        let output = self.command(arguments).output()?;
        if !output.status.success() {
            return Err(format!("kaiku {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr)).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Imports the county.
    ///
    /// # Errors
    /// The disk's; what the import wrote to standard error.
    pub fn import(&self) -> Result<(), Fault> {
        std::fs::write(self.folder.join(COUNTY), content::county())?;
        self.run(&["import", COUNTY]).map(|_| ())
    }

    /// Starts the service and waits until it is ready.
    ///
    /// # Errors
    /// When it does not become ready.
    pub fn start(&self) -> Result<Process, Fault> {
        let (address, health) = (free_address()?, free_address()?);
        let mut command = self.command(&["serve"]);
        command.env("KAIKU_SERVER__BIND", address.to_string()).env("KAIKU_SERVER__HEALTH_BIND", health.to_string());
        Process::start(&mut command, (address, health), &self.folder.join("server.log"))
    }
}

/// Starts the echo.
///
/// # Errors
/// When it does not become ready.
pub fn start_echo(folder: &Path) -> Result<Process, Fault> {
    let address = free_address()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args([echo::ARGUMENT, &address.to_string()]);
    Process::start(&mut command, (address, address), &folder.join("echo.log"))
}

/// A running process; dropping this ends it.
pub struct Process {
    /// The address it listens on.
    pub address: SocketAddr,
    /// Where it answers `/readyz` and `/metrics`.
    health: SocketAddr,
    /// From its start until `/readyz` said yes.
    pub ready_after: Duration,
    child: Child,
}

impl Process {
    fn start(command: &mut Command, (address, health): (SocketAddr, SocketAddr), log: &Path) -> Result<Self, Fault> {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(log)?);
        let started = Instant::now();
        let mut process = Self { address, health, ready_after: Duration::ZERO, child: command.spawn()? };
        while !http::get(health, "/readyz").is_ok_and(|answer| answer.status == 200) {
            if let Some(status) = process.child.try_wait()? {
                return Err(format!("ended at once, {status}: {}", std::fs::read_to_string(log)?).into());
            }
            if started.elapsed() > READY_MOST {
                return Err(format!("not ready: {}", std::fs::read_to_string(log)?).into());
            }
            thread::sleep(ASKED_EVERY);
        }
        process.ready_after = started.elapsed();
        Ok(process)
    }

    /// Resident memory now, in MiB.
    ///
    /// # Errors
    /// Where there is no `/proc`.
    pub fn resident_mib(&self) -> Result<f64, Fault> {
        self.status_kib("VmRSS:").map(|kib| kib / 1024.0)
    }

    /// Processor time used so far, in seconds (user, system).
    ///
    /// # Errors
    /// Where there is no `/proc`.
    pub fn processor_seconds(&self) -> Result<f64, Fault> {
        const TICKS_A_SECOND: f64 = 100.0;
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name is in parentheses and may hold spaces.
        let (_, fields) = stat.rsplit_once(')').ok_or("no name in /proc")?;
        let ticks: f64 = fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
        Ok(ticks / TICKS_A_SECOND)
    }

    /// Bytes that the process has handed to the kernel to write so far.
    ///
    /// These are `wchar`: what the program asks to be written, the same on any disk. `write_bytes` counts pages of the
    /// cache as they become dirty: nothing on a tmpfs, and elsewhere a page as often as the kernel happens to flush it.
    /// Responses go out by `send`, which `wchar` does not count. PostgreSQL writes in its own processes.
    ///
    /// # Errors
    /// Where there is no `/proc`.
    pub fn written_bytes(&self) -> Result<f64, Fault> {
        let io = std::fs::read_to_string(format!("/proc/{}/io", self.child.id()))?;
        let line = io.lines().find_map(|line| line.strip_prefix("wchar:")).ok_or("no wchar in /proc")?;
        Ok(line.trim().parse()?)
    }

    fn status_kib(&self, field: &str) -> Result<f64, Fault> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(field)).ok_or("no such line in /proc")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }

    /// How many items and transactions the intake writer has had so far.
    ///
    /// # Errors
    /// When the metrics cannot be read.
    pub fn writer_counts(&self) -> Result<(f64, f64), Fault> {
        let text = http::get(self.health, "/metrics")?.expect_status(200)?;
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name).and_then(|rest| rest.strip_prefix(' ')));
            line.and_then(|number| number.trim().parse().ok()).unwrap_or(0.0)
        };
        Ok((value("kaiku_intake_batch_items_sum"), value("kaiku_intake_batch_items_count")))
    }

    /// Stops it gracefully, so that everything taken in is written and SQLite's WAL is merged into the database file.
    ///
    /// # Errors
    /// When it does not stop in time.
    pub fn stop(mut self) -> Result<(), Fault> {
        Command::new("sh").args(["-c", "kill -TERM \"$1\"", "sh", &self.child.id().to_string()]).status()?;
        let asked = Instant::now();
        while self.child.try_wait()?.is_none() {
            if asked.elapsed() > READY_MOST {
                return Err("the process does not stop".into());
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // After `stop` the process has already ended, and neither does anything.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that was free when it was asked for.
fn free_address() -> Result<SocketAddr, Fault> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
