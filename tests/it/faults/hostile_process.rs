//! Hostile clients: whatever they send, others are served, memory stays within bounds, and nothing is a fault of ours.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;

use crate::support::process::{Server, connect, create_full_key, post_head, read_statuses, send_what_goes, within};

/// How much more memory than at rest an attack may cost.
const MORE: u64 = 64 << 20;
const MIB: usize = 1 << 20;
const PATH: &str = "/api/v1/customers";

/// A server under attack, and how much memory it had at rest.
struct Victim {
    server: Server,
    key: String,
    idle: u64,
    _directory: TempDir,
}

impl Victim {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let key = create_full_key(directory.path());
        let server = Server::start(directory.path());
        let client = server.client(&key);
        // What any use brings into memory is no attack's doing.
        for n in 0..50 {
            let answer = client.post(PATH, &format!("idle{n}"), &json!({ "email": format!("idle{n}@example.com") })).expect("the server answers");
            assert_eq!(answer.status, 201);
            assert_eq!(client.get(PATH).expect("the server answers").status, 200);
        }
        let idle = server.anonymous_memory();
        Self { server, key, idle, _directory: directory }
    }

    fn connect(&self) -> TcpStream {
        connect(self.server.address)
    }

    /// Runs an attack while memory is watched; then the server must be well.
    fn survives(&self, what: &str, attack: impl FnOnce()) {
        let (over, peak) = (AtomicBool::new(false), AtomicU64::new(0));
        let begun = Instant::now();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    peak.fetch_max(self.server.anonymous_memory(), Ordering::Relaxed);
                    std::thread::sleep(Duration::from_millis(5));
                }
            });
            // The watcher must end even where the attack finds something.
            let found = std::panic::catch_unwind(std::panic::AssertUnwindSafe(attack));
            over.store(true, Ordering::Relaxed);
            if let Err(panic) = found {
                std::panic::resume_unwind(panic);
            }
        });
        let (peak, after) = (peak.into_inner(), self.server.anonymous_memory());
        let mib = |bytes: u64| bytes.saturating_sub(self.idle) >> 20;
        eprintln!("{what}: {:?}, {} MiB more at most, {} MiB after", begun.elapsed(), mib(peak), mib(after));
        assert!(peak.max(after) <= self.idle + MORE, "{what} took {} MiB more than the {} MiB at rest", mib(peak.max(after)), self.idle >> 20);
        self.is_well(what);
    }

    fn is_well(&self, after: &str) {
        let name = after.replace(' ', ".");
        let answer = self.server.client(&self.key).post(PATH, &name, &json!({ "email": format!("{name}@example.com") }));
        assert_eq!(answer.map(|a| a.status).ok(), Some(201), "after {after}. The log: {}", self.server.process.said());
        let said = self.server.process.said();
        assert!(!said.contains("panicked") && !said.contains("\"level\":\"ERROR\""), "after {after}: {said}");
    }

    /// Does the same on many connections at once; every status that came.
    fn at_once(&self, clients: usize, act: impl Fn(usize, TcpStream) -> Vec<u16> + Sync) -> Vec<u16> {
        std::thread::scope(|scope| {
            let act = &act;
            let clients: Vec<_> = (0..clients).map(|n| scope.spawn(move || act(n, self.connect()))).collect();
            clients.into_iter().flat_map(|c| c.join().expect("a client ends in order")).collect()
        })
    }
}

fn assert_no_fault(statuses: &[u16]) {
    assert!(statuses.iter().all(|s| *s < 500 || *s == 503), "{statuses:?}");
}

fn assert_only(statuses: &[u16], expected: &[u16]) {
    assert!(statuses.iter().all(|s| expected.contains(s)), "{statuses:?}, not only {expected:?}");
}

/// One text again and again, nearly 1 MiB.
fn vast(part: &str) -> String {
    part.repeat((MIB - 64) / part.len())
}

#[test]
fn bodies_that_are_too_large() {
    let _alone = super::alone();
    let victim = Victim::new();
    let zeros = vec![b'0'; 10 * MIB];
    victim.survives("large bodies", || {
        let statuses = victim.at_once(8, |_, mut stream| {
            send_what_goes(&mut stream, post_head(PATH, &victim.key, zeros.len()).as_bytes());
            send_what_goes(&mut stream, &zeros);
            read_statuses(&mut stream, 1)
        });
        assert_eq!(statuses, [413; 8], "every client reads why");
    });
    victim.survives("large bodies in chunks", || {
        let statuses = victim.at_once(8, |_, mut stream| {
            let head = post_head(PATH, &victim.key, 0).replace("Content-Length: 0", "Transfer-Encoding: chunked");
            send_what_goes(&mut stream, head.as_bytes());
            for chunk in zeros.chunks(MIB) {
                send_what_goes(&mut stream, format!("{:x}\r\n", chunk.len()).as_bytes());
                send_what_goes(&mut stream, chunk);
                send_what_goes(&mut stream, b"\r\n");
            }
            send_what_goes(&mut stream, b"0\r\n\r\n");
            read_statuses(&mut stream, 1)
        });
        assert_only(&statuses, &[413, 503]);
        assert!(!statuses.is_empty());
    });
    // As large as may be, all waiting for their last byte: together four times what there is room for.
    victim.survives("bodies that never end", || {
        let clients: Vec<TcpStream> = (0..64)
            .map(|_| {
                let mut stream = victim.connect();
                stream.set_write_timeout(Some(Duration::from_millis(300))).expect("a socket has time-outs");
                send_what_goes(&mut stream, post_head(PATH, &victim.key, MIB).as_bytes());
                send_what_goes(&mut stream, &zeros[..MIB - 1]);
                stream
            })
            .collect();
        let refused = clients.into_iter().filter_map(|mut stream| {
            stream.set_read_timeout(Some(Duration::from_millis(20))).expect("a socket has time-outs");
            read_statuses(&mut stream, 1).first().copied()
        });
        let refused: Vec<u16> = refused.collect();
        assert_only(&refused, &[503]);
        assert!(refused.len() > 32, "more than there is room for are told to come back: {refused:?}");
    });
    within(Duration::from_secs(5), "the room for bodies is given back", || {
        let body = vec![b' '; MIB];
        let statuses = victim.at_once(8, |_, mut stream| {
            send_what_goes(&mut stream, post_head(PATH, &victim.key, body.len()).as_bytes());
            send_what_goes(&mut stream, &body);
            read_statuses(&mut stream, 1)
        });
        statuses == [400; 8]
    });
}

#[test]
fn slow_clients_hold_up_nobody() {
    let _alone = super::alone();
    let victim = Victim::new();
    let over = AtomicBool::new(false);
    victim.survives("slow clients", || {
        std::thread::scope(|scope| {
            let slow = scope.spawn(|| {
                let head = post_head(PATH, &victim.key, 1000);
                let mut clients: Vec<(TcpStream, Vec<u8>)> = (0..64)
                    .map(|n| {
                        let mut stream = victim.connect();
                        // One half is slow with the head, the other with the body.
                        let rest = if n % 2 == 0 {
                            head.clone().into_bytes()
                        } else {
                            send_what_goes(&mut stream, head.as_bytes());
                            vec![b' '; 1000]
                        };
                        (stream, rest)
                    })
                    .collect();
                for at in 0..40 {
                    for (stream, rest) in &mut clients {
                        send_what_goes(stream, &rest[at..=at]);
                    }
                    std::thread::sleep(Duration::from_millis(50));
                }
                over.store(true, Ordering::Relaxed);
            });
            let client = victim.server.client(&victim.key);
            let (mut served, mut slowest) = (0, Duration::ZERO);
            while !over.load(Ordering::Relaxed) {
                let begun = Instant::now();
                let answer =
                    client.post(PATH, &format!("quick{served}"), &json!({ "email": format!("quick{served}@example.com") })).expect("the server answers");
                assert_eq!(answer.status, 201);
                assert_eq!(client.get(PATH).expect("the server answers").status, 200);
                slowest = slowest.max(begun.elapsed());
                served += 1;
            }
            slow.join().expect("the slow clients end in order");
            assert!(served > 10 && slowest < Duration::from_secs(1), "{served} served, the slowest in {slowest:?}");
            eprintln!("{served} quick clients served beside 64 slow ones, the slowest in {slowest:?}");
        });
    });
}

#[test]
fn json_that_is_made_to_cost() {
    let _alone = super::alone();
    let victim = Victim::new();
    let many_keys: String = (0..).map(|n| format!("\"{n:06}\":0")).take(MIB / 11 - 8).collect::<Vec<_>>().join(",");
    let bodies = [
        ("deep arrays", vast("[")),
        ("deep objects", vast("{\"a\":")),
        ("many numbers", format!("[{}0]", vast("0,"))),
        ("many numbers in a field", format!("{{\"email\":[{}0]}}", vast("0,"))),
        ("many keys", format!("{{{many_keys}}}")),
        ("many empty objects", format!("[{}0]", vast("{},"))),
        ("many escapes", format!("{{\"email\":\"{}\"}}", vast("\\u0041"))),
        ("one long number", vast("9")),
        ("one long exponent", format!("1e{}", vast("9"))),
        ("one long text", format!("{{\"notes\":\"{}\"}}", vast("n"))),
    ];
    for (what, body) in &bodies {
        assert!(body.len() <= MIB, "{what} is {} bytes", body.len());
        victim.survives(what, || {
            let statuses = victim.at_once(16, |_, mut stream| {
                (0..2)
                    .flat_map(|_| {
                        send_what_goes(&mut stream, post_head(PATH, &victim.key, body.len()).as_bytes());
                        send_what_goes(&mut stream, body.as_bytes());
                        read_statuses(&mut stream, 1)
                    })
                    .collect()
            });
            assert_only(&statuses, &[400, 422, 503]);
            assert!(statuses.iter().any(|s| *s != 503), "{what}: at least some were read");
        });
    }
}

#[test]
fn strangers_and_nonsense() {
    let _alone = super::alone();
    let victim = Victim::new();
    victim.survives("garbage keys", || {
        let statuses = victim.at_once(8, |n, mut stream| {
            let words = ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer \u{fffd}\u{fffd}", "Bearer bh_live_", "bearer  x y z", "Bearer ' OR 1=1 --"];
            let mut statuses = Vec::new();
            for round in 0..500 {
                let word = words[(n + round) % words.len()];
                send_what_goes(
                    &mut stream,
                    format!("GET /api/v1/customers/{round} HTTP/1.1\r\nHost: x\r\nAuthorization: {word}{}\r\n\r\n", "z".repeat(round)).as_bytes(),
                );
                statuses.extend(read_statuses(&mut stream, 1));
            }
            statuses
        });
        assert_eq!(statuses.len(), 8 * 500, "every one is answered");
        assert_only(&statuses, &[401, 429]);
    });
    victim.survives("huge headers", || {
        let statuses = victim.at_once(16, |n, mut stream| {
            send_what_goes(&mut stream, b"GET /healthz HTTP/1.1\r\nHost: x\r\n");
            let line = if n % 2 == 0 { format!("X-Big: {}\r\n", "b".repeat(2 * MIB)) } else { "X-Many: many\r\n".repeat(MIB / 14) };
            send_what_goes(&mut stream, line.as_bytes());
            send_what_goes(&mut stream, b"\r\n");
            read_statuses(&mut stream, 1)
        });
        assert_only(&statuses, &[400, 413, 414, 431]);
    });
    victim.survives("no HTTP at all", || {
        let garbage: [&[u8]; 9] = [
            b"\0\0\0\0\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS greeting",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
            b"POST /api/v1/customers HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
            b"POST /api/v1/customers HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
            b"POST /api/v1/customers HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            b"POST /api/v1/customers HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzzzz\r\n",
            b"GET /../../etc/passwd%00 HTTP/1.1\r\nHost: x\r\n\r\n",
        ];
        let statuses = victim.at_once(garbage.len() * 4, |n, mut stream| {
            send_what_goes(&mut stream, garbage[n % garbage.len()]);
            drop(stream.shutdown(Shutdown::Write));
            read_statuses(&mut stream, 2)
        });
        assert_no_fault(&statuses);
        assert!(statuses.iter().all(|s| *s >= 400), "{statuses:?}");
    });
}

#[test]
fn pipelines_and_half_closed_connections() {
    const REQUESTS: usize = 300;
    let _alone = super::alone();
    let victim = Victim::new();
    let get = format!("GET {PATH}?limit=100 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n", victim.key);
    victim.survives("pipelines", || {
        let statuses = victim.at_once(4, |_, mut stream| {
            let mut sender = stream.try_clone().expect("a socket can be shared");
            let all = get.repeat(REQUESTS);
            let sending = std::thread::spawn(move || send_what_goes(&mut sender, all.as_bytes()));
            let statuses = read_statuses(&mut stream, REQUESTS);
            sending.join().expect("the sender ends in order");
            statuses
        });
        assert_eq!(statuses.len(), 4 * REQUESTS, "each is answered");
        assert_only(&statuses, &[200]);
    });
    victim.survives("pipelines that nobody reads", || {
        let clients: Vec<TcpStream> = (0..32)
            .map(|_| {
                let mut stream = victim.connect();
                stream.set_write_timeout(Some(Duration::from_millis(50))).expect("a socket has time-outs");
                send_what_goes(&mut stream, get.repeat(REQUESTS).as_bytes());
                stream
            })
            .collect();
        // Time enough to answer them all, if anybody did.
        std::thread::sleep(Duration::from_secs(2));
        drop(clients);
    });
    victim.survives("half closed", || {
        let body = |n: usize| json!({ "email": format!("half{n}@example.com") }).to_string();
        let statuses = victim.at_once(16, |n, mut stream| {
            let text = format!("{}{}", post_head(PATH, &victim.key, body(n).len()), body(n));
            // Half of them stop in the middle of the body.
            let end = if n % 2 == 0 { text.len() } else { text.len() - 5 };
            stream.write_all(&text.as_bytes()[..end]).expect("the server reads");
            stream.shutdown(Shutdown::Write).expect("a client can have said all");
            let statuses = read_statuses(&mut stream, 1);
            // The server closes too, before the read time-out.
            assert!(stream.read(&mut [0]).is_ok_and(|n| n == 0), "the connection is left open");
            if n % 2 == 0 {
                assert_eq!(statuses, [201], "a whole request is answered");
            } else {
                assert_only(&statuses, &[400]);
            }
            statuses
        });
        assert_no_fault(&statuses);
    });
}

#[test]
fn passwords_are_hashed_one_at_a_time() {
    let _alone = super::alone();
    let victim = Victim::new();
    victim.survives("passwords in parallel", || {
        std::thread::scope(|scope| {
            for n in 0..24 {
                let client = victim.server.client(&victim.key);
                scope.spawn(move || {
                    let body = json!({ "email": format!("hashed{n}@example.com"), "password": "longpassword1" });
                    let answer = client.post(PATH, &format!("hashed{n}"), &body).expect("the server answers");
                    assert_eq!(answer.status, 201, "{}", answer.body);
                });
            }
        });
    });
}
