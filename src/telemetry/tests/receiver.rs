//! Reference receiver: an operator's server on the loopback address.
//!
//! It checks every signature with the key that the unit was activated with, counts a repeated batch
//! once, and can be told to fail in every way.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::{HashMap, HashSet},
    io::{self, BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread,
    time::{Duration, Instant},
};

/// Larger than any report.
const MAX_BODY: usize = 256 << 10;
const PATIENCE: Duration = Duration::from_secs(30);

/// A fault, used up by one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Closes the connection before answering or storing anything
    HangUp,
    /// Stores the report, but its answer never arrives
    Swallow,
    /// Stores the report, and cuts the answer off
    Cut,
    /// Stores the report, and answers nothing for longer than any timeout
    Stall,
    Status(&'static str),
    /// A captive portal in the server's place, with status 200
    Portal,
    Redirect,
    /// Answers with the id of another report
    WrongId,
    NotJson,
    Huge,
    /// Refuses this report for good
    Refuse,
}

impl Fault {
    /// All faults after which the same report has to be sent again.
    pub const PASSING: [Self; 16] = [
        Self::HangUp,
        Self::Swallow,
        Self::Cut,
        Self::Stall,
        Self::Status("500 Internal Server Error"),
        Self::Status("502 Bad Gateway\r\ncontent-type: text/html"),
        Self::Status("503 Service Unavailable\r\nretry-after: 0"),
        Self::Status("429 Too Many Requests\r\nretry-after: soon"),
        Self::Status("413 Content Too Large"),
        Self::Status("404 Not Found"),
        Self::Status("511 Network Authentication Required"),
        Self::Portal,
        Self::Redirect,
        Self::WrongId,
        Self::NotJson,
        Self::Huge,
    ];
}

/// The operator's decision on a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approval {
    Waits,
    Given,
}

#[derive(Default)]
pub struct Ledger {
    /// By store and device code
    pub units: HashMap<String, Approval>,
    /// Activated units with their keys
    pub keys: HashMap<String, [u8; 32]>,
    /// Each applies to the next report to an endpoint
    pub faults: Vec<(&'static str, Fault)>,
    /// Batches accepted so far, by unit and id
    seen: HashSet<(String, String)>,
    /// Entries of all batches, each batch once
    pub entries: Vec<Value>,
    pub heartbeats: Vec<Value>,
    pub activations: Vec<Value>,
    /// Repeated batches, which were not counted
    pub repeats: usize,
    /// Time and endpoint of each request
    pub requests: Vec<(Instant, String)>,
    /// Last report of each kind, as sent
    pub last: HashMap<String, String>,
    /// Invalid reports: none may be
    pub bad: Vec<String>,
}

impl Ledger {
    /// Returns the events and the lost events reported, whether single or in day totals.
    pub fn events(&self) -> (u64, u64) {
        let lost = |entry: &&Value| entry["kind"] == "lost";
        let count = |entry: &Value| entry["count"].as_u64().unwrap_or(1);
        let events = self.entries.iter().filter(|entry| !lost(entry)).map(count).sum();
        (events, self.entries.iter().filter(lost).map(|entry| entry["events"].as_u64().unwrap()).sum())
    }
}

#[derive(Clone)]
pub struct Receiver {
    shared: Arc<(Mutex<Ledger>, Condvar)>,
    port: u16,
}

impl Receiver {
    /// Starts a receiver that knows and has approved these units.
    pub fn start(units: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let receiver = Self { shared: Arc::default(), port };
        receiver.ledger().units = units.iter().map(|unit| ((*unit).to_owned(), Approval::Given)).collect();
        thread::spawn({
            let receiver = receiver.clone();
            move || {
                for stream in listener.incoming().flatten() {
                    let receiver = receiver.clone();
                    // A killed unit leaves its connection open
                    thread::spawn(move || receiver.serve(stream));
                }
            }
        });
        receiver
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/reports", self.port)
    }

    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.shared.0.lock().unwrap()
    }

    /// Waits until a condition on the ledger holds.
    pub fn until(&self, what: &str, so: impl FnMut(&mut Ledger) -> bool) {
        drop(self.wait(what, so));
    }

    /// Same as [`Self::until`], and returns the ledger.
    pub fn wait(&self, what: &str, mut so: impl FnMut(&mut Ledger) -> bool) -> MutexGuard<'_, Ledger> {
        let wait = self.shared.1.wait_timeout_while(self.ledger(), PATIENCE, |ledger| !so(ledger));
        let (ledger, timeout) = wait.unwrap();
        assert!(!timeout.timed_out(), "{what}: {:?}, {:?}", ledger.events(), ledger.requests.last());
        ledger
    }

    fn serve(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut stream = BufReader::new(stream);
        let mut first = String::new();
        if stream.read_line(&mut first)? == 0 {
            // The unit was killed before it sent anything
            return Ok(());
        }
        let (mut length, mut kind) = (0, String::new());
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line)? <= 2 {
                break;
            }
            match line.to_ascii_lowercase().split_once(": ") {
                Some(("content-length", value)) => length = value.trim().parse().unwrap_or(usize::MAX),
                Some(("content-type", value)) => kind = value.trim().to_owned(),
                _ => {}
            }
        }
        if length > MAX_BODY {
            return Ok(());
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        let answer = self.answer(&first, &kind, &body);
        match answer {
            Some(Answer::Bytes(bytes)) => stream.get_mut().write_all(&bytes)?,
            // Until the unit times out
            Some(Answer::Nothing) => _ = stream.read(&mut [0]),
            None => {}
        }
        Ok(())
    }

    fn answer(&self, first: &str, kind: &str, body: &[u8]) -> Option<Answer> {
        let mut ledger = self.ledger();
        let endpoint = first.strip_prefix("POST /reports/v1/").and_then(|rest| rest.split(' ').next());
        let endpoint = endpoint.unwrap_or("nowhere").to_owned();
        ledger.requests.push((Instant::now(), endpoint.clone()));
        ledger.last.insert(endpoint.clone(), String::from_utf8_lossy(body).into_owned());
        let due = ledger.faults.iter().position(|(due, _)| *due == endpoint);
        let fault = due.map(|place| ledger.faults.remove(place).1);
        let reached =
            !matches!(fault, Some(Fault::HangUp | Fault::Status(_) | Fault::Portal | Fault::Redirect));
        let refuse = fault == Some(Fault::Refuse);
        let result = reached.then(|| ledger.take(&endpoint, kind, body, refuse, &self.address()));
        let result = result.unwrap_or_else(|| Ok(json!({})));
        if let Err(what) = &result {
            ledger.bad.push(format!("{endpoint}: {what}"));
        }
        self.shared.1.notify_all();
        let (status, mut answer) = match result {
            Ok(answer) => ("200 OK", answer),
            Err(_) => ("400 Bad Request", json!({"schema": 1, "id": "", "result": "bad_request"})),
        };
        let http = |status: &str, more: &str, body: &str| {
            let length = body.len();
            let head =
                format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{more}\r\n");
            Some(Answer::Bytes((head + body).into_bytes()))
        };
        let json = "content-type: application/json\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
        match fault {
            Some(Fault::HangUp | Fault::Swallow) => None,
            Some(Fault::Stall) => Some(Answer::Nothing),
            Some(Fault::Cut) => {
                let Some(Answer::Bytes(mut bytes)) = http(status, json, &answer.to_string()) else {
                    return None;
                };
                bytes.truncate(bytes.len() - 5);
                Some(Answer::Bytes(bytes))
            }
            Some(Fault::Status(status)) => http(status, "", "<html>no</html>"),
            Some(Fault::Portal) => {
                http("200 OK", "content-type: text/html\r\n", "<html>Log in, please</html>")
            }
            Some(Fault::Redirect) => http("307 Temporary Redirect", "location: http://127.0.0.1:9/\r\n", ""),
            Some(Fault::WrongId) => {
                answer["id"] = "AAAAAAAAAAAAAAAAAAAAAA".into();
                http(status, json, &answer.to_string())
            }
            Some(Fault::NotJson) => http(status, json, "accepted"),
            Some(Fault::Huge) => http(status, json, &(answer.to_string() + &" ".repeat(100_000))),
            Some(Fault::Refuse) | None => http(status, json, &answer.to_string()),
        }
    }
}

enum Answer {
    Bytes(Vec<u8>),
    Nothing,
}

impl Ledger {
    /// Handles a report and returns the answer; an error says why the report is invalid.
    fn take(
        &mut self,
        endpoint: &str,
        kind: &str,
        body: &[u8],
        refuse: bool,
        address: &str,
    ) -> Result<Value, String> {
        if kind != "application/jose" {
            return Err(format!("content-type {kind}"));
        }
        let text = std::str::from_utf8(body).map_err(|e| e.to_string())?;
        let parts: Vec<_> = text.split('.').collect();
        let [header, payload, signature] = parts[..] else { return Err("no compact JWS".into()) };
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|e| e.to_string());
        let parse = |part: &str| -> Result<Value, String> {
            serde_json::from_slice(&decode(part)?).map_err(|e| e.to_string())
        };
        let (header, claims) = (parse(header)?, parse(payload)?);
        let header = header.as_object().ok_or("no header")?;
        if header.len() != 2 || header["alg"] != "EdDSA" {
            return Err(format!("header {header:?}"));
        }
        if claims["schema"] != 1 || claims["aud"] != address || claims["report"] != endpoint {
            return Err(format!("claims {claims}"));
        }
        let sub = claims["sub"].as_str().ok_or("no sub")?.to_owned();
        let jti = claims["jti"].as_str().filter(|jti| jti.len() == 22).ok_or("no jti")?.to_owned();
        let answer = |result: &str| Ok(json!({"schema": 1, "id": jti, "result": result}));
        let known = self.keys.get(&sub).copied();
        // An activation is signed with the key it presents, which proves that the sender has the
        // private half
        let key = match endpoint {
            "activation" => {
                let x = claims["jwk"]["x"].as_str().ok_or("no key")?;
                decode(x)?.try_into().map_err(|_| "not 32 bytes".to_owned())?
            }
            _ => match known {
                Some(key) => key,
                None => return answer("unknown_device"),
            },
        };
        if header["kid"] != thumbprint(&key) {
            // Signed with another key than the activated one
            return answer("unknown_device");
        }
        let signature = Signature::from_slice(&decode(signature)?).map_err(|e| e.to_string())?;
        let signed = &body[..text.rfind('.').unwrap_or(0)];
        let verifier = VerifyingKey::from_bytes(&key).map_err(|e| e.to_string())?;
        verifier.verify_strict(signed, &signature).map_err(|e| e.to_string())?;
        match endpoint {
            "activation" => {
                self.activations.push(claims.clone());
                let refused = |reason: &str| {
                    Ok(
                        json!({"schema": 1, "id": jti, "result": "refused", "reason": reason, "zh": "请联系客服", "en": "Call us"}),
                    )
                };
                match (self.units.get(&sub), known) {
                    _ if refuse => refused("withdrawn"),
                    (None, _) => refused("unknown_code"),
                    (_, Some(other)) if other != key => refused("other_key"),
                    (Some(Approval::Waits), _) => answer("pending"),
                    (Some(Approval::Given), _) => {
                        self.keys.insert(sub, key);
                        answer("activated")
                    }
                }
            }
            "heartbeat" => {
                self.heartbeats.push(claims);
                answer("accepted")
            }
            "events" if refuse => answer("refused"),
            "events" => {
                let entries = claims["events"].as_array().ok_or("no events")?;
                if entries.is_empty() || entries.len() > 500 {
                    return Err(format!("{} entries", entries.len()));
                }
                if self.seen.insert((sub, jti.clone())) {
                    self.entries.extend(entries.iter().cloned());
                } else {
                    self.repeats += 1;
                }
                answer("accepted")
            }
            _ => Err("no such endpoint".into()),
        }
    }
}

fn thumbprint(key: &[u8; 32]) -> String {
    let x = URL_SAFE_NO_PAD.encode(key);
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#)))
}
