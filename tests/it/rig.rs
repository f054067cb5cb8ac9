//! A real sshd on the loopback with an account of its own, keys with a forced command each, and a proxy that counts,
//! delays and freezes. Needs root, `unshare`, sshd and ssh; tests that use it are skipped by name where one is missing.
//!
//! Nothing of the machine is changed: the account stands in a copy of the password file that only this sshd sees.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::CommandBuilder;

use crate::cli::Office;
use crate::pty::{LONG, Term, start_command};

const ACCOUNT: &str = "officer";
const UID: u32 = 4242;

/// The host: its folder, its sshd, its register.
pub struct Rig {
    pub dir: tempfile::TempDir,
    pub port: u16,
    sshd: Child,
}

/// Whether everything is there; says what is missing.
fn ready(what: &str) -> bool {
    let id = Command::new("id").arg("-u").output().map(|o| o.stdout).unwrap_or_default();
    let mut missing = Vec::new();
    if id != b"0\n" {
        missing.push("root");
    }
    for program in ["/srv", "/usr/sbin/sshd", "/usr/bin/ssh", "/usr/bin/ssh-keygen", "/usr/bin/unshare"] {
        if !Path::new(program).exists() {
            missing.push(program);
        }
    }
    if missing.is_empty() && !namespaces() {
        missing.push("a mount namespace");
    }
    if !missing.is_empty() {
        eprintln!("SKIPPED: {what} needs {}", missing.join(", "));
    }
    missing.is_empty()
}

fn namespaces() -> bool {
    Command::new("unshare").args(["-m", "true"]).status().is_ok_and(|s| s.success())
}

fn run(command: &mut Command) {
    let out = command.output().unwrap();
    assert!(out.status.success(), "{command:?}: {}", String::from_utf8_lossy(&out.stderr));
}

/// Waits for a condition.
#[track_caller]
pub fn until(what: &str, mut condition: impl FnMut() -> bool) -> Duration {
    let since = Instant::now();
    while !condition() {
        assert!(since.elapsed() < LONG, "not within {LONG:?}: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
    since.elapsed()
}

impl Rig {
    /// A host with a register of two operators, `li.na` and `wang.wu`, who have a key each, and a stranger's key.
    pub fn start(what: &str) -> Option<Self> {
        if !ready(what) {
            return None;
        }
        let office = Office::host(&[("li.na", "officer,approver"), ("wang.wu", "officer")]);
        let person = |name| serde_json::json!({"command":"add_person","name":name,"department":"财务处","post":"会计","level":"core","on_post_from":"2024-05-01"});
        office.apply(&(1..=40).map(|n| person(format!("韩{n:02}"))).collect::<Vec<_>>());

        // Below a folder everybody may write to, sshd trusts no keys.
        let dir = tempfile::tempdir_in("/srv").unwrap();
        let at = |name: &str| dir.path().join(name);
        mode(dir.path(), 0o755);
        std::fs::create_dir(at("data")).unwrap();
        for name in ["register.shoumi", "register.shoumi.key"] {
            std::fs::copy(office.path(name), at("data").join(name)).unwrap();
        }
        std::fs::copy(env!("CARGO_BIN_EXE_shoumi"), at("shoumi")).unwrap();
        mode(&at("shoumi"), 0o755);
        let mut keys = String::new();
        for key in ["host", "stranger", "zhao", "qian", "sun", "li.na", "wang.wu"] {
            run(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", key, "-f"]).arg(at(key)));
            if !["host", "stranger"].contains(&key) {
                keys.push_str(&key_line(&at, key));
            }
        }
        std::fs::write(at("keys"), keys).unwrap();
        run(Command::new("chown").args(["-R", &format!("{UID}:{UID}")]).arg(at("data")));
        mode(&at("data"), 0o700);
        for (file, line) in [
            ("passwd", format!("{ACCOUNT}:x:{UID}:{UID}::{}:/bin/sh\n", at("data").display())),
            ("shadow", format!("{ACCOUNT}:*:19000:0:99999:7:::\n")),
        ] {
            let known = std::fs::read_to_string(Path::new("/etc").join(file)).unwrap();
            std::fs::write(at(file), format!("{known}{line}")).unwrap();
        }
        let port = free_port();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {0}/host\nPidFile none\nUsePAM no\nAuthenticationMethods publickey\n\
             AuthorizedKeysFile {0}/keys\nPubkeyAuthentication yes\nPasswordAuthentication no\n\
             KbdInteractiveAuthentication no\nAllowUsers {ACCOUNT}\nPermitRootLogin no\nMaxSessions 1\nMaxAuthTries 2\n\
             LoginGraceTime 20\nClientAliveInterval 1\nClientAliveCountMax 2\nDisableForwarding yes\n\
             PermitUserEnvironment no\nPermitUserRC no\nPrintMotd no\nPrintLastLog no\nLogLevel VERBOSE\n\
             Subsystem sftp internal-sftp\n",
            dir.path().display()
        );
        std::fs::write(at("sshd_config"), config).unwrap();
        let script = "mkdir -p /run/sshd && mount --bind \"$0/passwd\" /etc/passwd && mount --bind \"$0/shadow\" \
                      /etc/shadow && exec /usr/sbin/sshd -D -E \"$0/log\" -f \"$0/sshd_config\"";
        let sshd = Command::new("unshare")
            .args(["-m", "sh", "-c", script])
            .arg(dir.path())
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .spawn()
            .unwrap();
        let rig = Self { dir, port, sshd };
        until("sshd listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Some(rig)
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// What sshd wrote.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.at("log")).unwrap_or_default()
    }

    /// The arguments of a client with a key, on a port.
    pub fn client(&self, key: &str, port: u16, more: &[&str]) -> Vec<String> {
        let mut all: Vec<String> = ["ssh", "-F", "none", "-i"].map(str::to_owned).to_vec();
        all.push(self.at(key).display().to_string());
        for option in [
            "IdentitiesOnly=yes",
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "LogLevel=ERROR",
            "BatchMode=yes",
            "ConnectTimeout=15",
        ] {
            all.extend(["-o".to_owned(), option.to_owned()]);
        }
        if newer_client() {
            // Their made-up keystrokes would be counted too.
            all.extend(["-o".to_owned(), "ObscureKeystrokeTiming=no".to_owned()]);
        }
        all.extend(more.iter().map(ToString::to_string));
        all.extend(["-p".to_owned(), port.to_string(), format!("{ACCOUNT}@127.0.0.1")]);
        all
    }

    /// A client in a terminal.
    pub fn login(&self, key: &str, port: u16, env: &[(&str, &str)], more: &[&str]) -> Term {
        let words = self.client(key, port, &[&["-tt"], more].concat());
        let mut c = CommandBuilder::new(&words[0]);
        c.args(&words[1..]);
        c.cwd("/");
        c.env_clear();
        for (name, value) in [("TERM", "xterm-256color"), ("PATH", "/usr/bin:/bin"), ("HOME", "/nonexistent")] {
            c.env(name, value);
        }
        for (name, value) in env {
            c.env(name, value);
        }
        start_command(c, tempfile::tempdir().unwrap(), 80, 24)
    }

    /// What a client without a terminal does, with words of its own behind the account.
    pub fn command(&self, key: &str, more: &[&str], words: &[&str]) -> std::process::Output {
        let all = self.client(key, self.port, more);
        let mut c = Command::new(&all[0]);
        c.args(&all[1..]).args(words).env_clear().env("PATH", "/usr/bin:/bin").stdin(Stdio::null());
        c.output().unwrap()
    }

    /// The processes of the program that this host runs.
    pub fn programs(&self) -> Vec<u32> {
        let program = self.at("shoumi");
        let mut out = Vec::new();
        for entry in std::fs::read_dir("/proc").unwrap().flatten() {
            let Some(pid) = entry.file_name().to_str().and_then(|n| n.parse().ok()) else { continue };
            if std::fs::read_link(entry.path().join("exe")).is_ok_and(|exe| exe == program) {
                out.push(pid);
            }
        }
        out
    }

    /// The one program that runs.
    pub fn program(&self) -> u32 {
        until("one program", || self.programs().len() == 1);
        self.programs()[0]
    }

    /// Waits until none runs any more.
    #[track_caller]
    pub fn gone(&self) -> Duration {
        until("the program's end", || self.programs().is_empty())
    }

    /// The drafts beside the register.
    pub fn drafts(&self) -> usize {
        let all = std::fs::read_dir(self.at("data/register.shoumi.own"));
        let draft = |p: &PathBuf| p.extension().is_some_and(|e| e == "draft");
        all.map_or(0, |all| all.flatten().map(|e| e.path()).filter(draft).count())
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        let _ = self.sshd.kill();
        let _ = self.sshd.wait();
        // Whoever still has a session open is left without a door, and without this folder.
        for pid in self.programs() {
            let _ = Command::new("kill").args(["-KILL", &pid.to_string()]).status();
        }
    }
}

/// The line for the keys file, by the program itself, as the system administrator gets it.
fn key_line(at: &dyn Fn(&str) -> PathBuf, id: &str) -> String {
    let mut program = Command::new(at("shoumi"));
    program.env_clear().arg("--store").arg(at("data/register.shoumi"));
    program.args(["--operator", "zhao", "operator", "key", id, "--public-key"]).arg(at(&format!("{id}.pub")));
    let line = program.output().unwrap();
    assert!(line.status.success(), "{}", String::from_utf8_lossy(&line.stderr));
    String::from_utf8(line.stdout).unwrap()
}

fn mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn newer_client() -> bool {
    let out = Command::new("ssh").arg("-V").output().unwrap();
    let text = String::from_utf8_lossy(&out.stderr).into_owned();
    let version = text.split("OpenSSH_").nth(1).unwrap_or_default();
    let numbers: Vec<u32> =
        version.split(|c: char| !c.is_ascii_digit()).take(2).filter_map(|n| n.parse().ok()).collect();
    numbers >= vec![9, 5]
}

pub fn free_port() -> u16 {
    loop {
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        if port > 40_000 {
            return port;
        }
    }
}

/// A line between a client and the host that counts what comes back, delays it, or freezes without closing.
pub struct Proxy {
    pub port: u16,
    /// Bytes from the host.
    pub bytes: Arc<AtomicUsize>,
    /// How long each piece is on its way, in milliseconds.
    pub delay: Arc<AtomicU64>,
    frozen: Arc<(Mutex<bool>, Condvar)>,
    stop: Arc<AtomicBool>,
}

impl Proxy {
    pub fn to(target: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let proxy = Self {
            port: listener.local_addr().unwrap().port(),
            bytes: Arc::default(),
            delay: Arc::default(),
            frozen: Arc::default(),
            stop: Arc::default(),
        };
        let (bytes, delay, frozen, stop) =
            (Arc::clone(&proxy.bytes), Arc::clone(&proxy.delay), Arc::clone(&proxy.frozen), Arc::clone(&proxy.stop));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let host = TcpStream::connect(("127.0.0.1", target)).unwrap();
                let none = Arc::new(AtomicUsize::new(0));
                for (from, to, count) in
                    [(client.try_clone().unwrap(), host.try_clone().unwrap(), none), (host, client, Arc::clone(&bytes))]
                {
                    let (delay, frozen) = (Arc::clone(&delay), Arc::clone(&frozen));
                    std::thread::spawn(move || pipe(from, to, &count, &delay, &frozen));
                }
            }
        });
        proxy
    }

    /// Nothing goes either way any more, and nobody is told.
    pub fn freeze(&self, frozen: bool) {
        *self.frozen.0.lock().unwrap() = frozen;
        self.frozen.1.notify_all();
    }

    /// Waits until nothing has come for a while; gives the bytes so far.
    pub fn quiet(&self) -> usize {
        let (mut last, mut since) = (self.bytes.load(Ordering::SeqCst), Instant::now());
        let pause = Duration::from_millis(250 + 2 * self.delay.load(Ordering::SeqCst));
        while since.elapsed() < pause {
            std::thread::sleep(Duration::from_millis(5));
            let now = self.bytes.load(Ordering::SeqCst);
            if now != last {
                (last, since) = (now, Instant::now());
            }
        }
        last
    }

    /// How many bytes the answer to these keys takes.
    pub fn cost(&self, t: &mut Term, keys: &[u8]) -> usize {
        let before = self.quiet();
        t.send(keys);
        self.quiet() - before
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        self.freeze(false);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn pipe(
    mut from: TcpStream,
    mut to: TcpStream,
    count: &AtomicUsize,
    delay: &AtomicU64,
    frozen: &(Mutex<bool>, Condvar),
) {
    let _ = to.set_nodelay(true);
    let mut buffer = [0; 16 << 10];
    loop {
        let n = from.read(&mut buffer).unwrap_or(0);
        drop(frozen.1.wait_while(frozen.0.lock().unwrap(), |f| *f).unwrap());
        count.fetch_add(n, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(delay.load(Ordering::SeqCst)));
        if n == 0 || to.write_all(&buffer[..n]).is_err() {
            let _ = (to.shutdown(Shutdown::Both), from.shutdown(Shutdown::Both));
            return;
        }
    }
}
