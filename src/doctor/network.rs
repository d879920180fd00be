//! The route to the feed: link, name resolution, certificate, and the feed's content.

use super::{
    check::{Check, Topic},
    tree::Tree,
};
use crate::sync::{Blame, Feed, Follower, SyncError};
use cloud_shelf_core::{
    domain::Message,
    paths::Paths,
    transport::{Route, Timeouts, TransferError},
};
use std::{
    net::ToSocketAddrs,
    sync::{Arc, mpsc::channel},
    thread,
    time::Duration,
};

const LINK: Topic = Topic::new("network", "网络连接", "Network");
const DNS: Topic = Topic::new("dns", "域名解析", "DNS");
const TLS: Topic = Topic::new("tls", "安全连接", "TLS");
const FEED: Topic = Topic::new("feed", "商品数据", "Feed");

const NAME_PATIENCE: Duration = Duration::from_secs(10);
/// Longer than the transport takes to give up with [`timeouts`].
const FEED_PATIENCE: Duration = Duration::from_secs(60);

/// Timeouts of the transport. Shorter than a sync's, since a person is waiting.
pub(super) fn timeouts() -> Timeouts {
    Timeouts {
        connect: Duration::from_secs(10),
        silence: Duration::from_secs(10),
        window: Duration::from_secs(20),
        ..Timeouts::default()
    }
}

pub(super) fn look(tree: &Tree, paths: &Paths, feed: Option<&Feed>, route: &Route, checks: &mut Vec<Check>) {
    checks.push(link(&interfaces(tree), feed.is_some()));
    let Some(feed) = feed else {
        let none = || {
            Message::fixed("本机没有设置数据网址，不用联网", "This unit follows no feed and needs no network")
        };
        checks.extend([DNS.unknown(none()), TLS.unknown(none()), FEED.unknown(none())]);
        return;
    };
    // With a proxy, only the proxy's name has to resolve here
    let base = feed.address.base();
    let host = route.proxy.as_ref().unwrap_or(base);
    checks.push(dns(host.host_str().unwrap_or_default(), &resolve(host)));
    let asked = ask(paths, feed, route);
    checks.push(tls(feed.address.is_https(), &asked));
    checks.push(feed_itself(&asked));
}

/// A network interface of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Interface {
    name: String,
    up: bool,
}

fn interfaces(tree: &Tree) -> Vec<Interface> {
    let names = tree.names("sys/class/net").into_iter().filter(|name| name != "lo");
    let up = |name: &str| tree.line(&format!("sys/class/net/{name}/operstate")).as_deref() == Some("up");
    names.map(|name| Interface { up: up(&name), name }).collect()
}

fn link(interfaces: &[Interface], is_needed: bool) -> Check {
    let list = |up: bool| {
        let names: Vec<&str> = interfaces.iter().filter(|i| i.up == up).map(|i| i.name.as_str()).collect();
        names.join(", ")
    };
    let up = list(true);
    if !up.is_empty() {
        return LINK.good(Message::new(format!("已连接：{up}"), format!("Up: {up}")));
    }
    let down = list(false);
    let finding = if interfaces.is_empty() {
        Message::fixed("没有找到网卡", "There is no network interface")
    } else {
        Message::new(format!("都没有连接：{down}"), format!("No interface is up: {down}"))
    };
    if !is_needed {
        return LINK.unknown(finding);
    }
    LINK.failed(
        finding,
        Message::fixed("请插好网线，或连接 Wi-Fi", "Plug the cable in, or join a Wi-Fi network"),
    )
}

/// Counts a host's addresses. Asks on a thread of its own, since the system's resolver may take minutes.
fn resolve(url: &url::Url) -> Result<usize, String> {
    let (host, port) =
        (url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned(), url.port_or_known_default());
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let found = (host.as_str(), port.unwrap_or(443)).to_socket_addrs();
        // The caller may have timed out
        let _ = sender.send(found.map(Iterator::count).map_err(|error| error.to_string()));
    });
    receiver.recv_timeout(NAME_PATIENCE).unwrap_or_else(|_| Err(format!("{} s", NAME_PATIENCE.as_secs())))
}

fn dns(host: &str, found: &Result<usize, String>) -> Check {
    match found {
        Ok(count @ 1..) => DNS
            .good(Message::new(format!("{host} 有 {count} 个地址"), format!("{host} has {count} addresses"))),
        other => {
            let detail = other.as_ref().err().map(String::as_str).unwrap_or("0");
            DNS.failed(
                Message::new(
                    format!("解析不了 {host}（{detail}）"),
                    format!("The address of {host} can't be found ({detail})"),
                ),
                Message::fixed(
                    "请检查网线或 Wi-Fi、路由器能否上网，以及店内网络的 DNS 设置",
                    "Check the cable or Wi-Fi, whether the router is online, and the network's DNS",
                ),
            )
        }
    }
}

/// Fetches and verifies the feed's pointer within a deadline.
fn ask(paths: &Paths, feed: &Feed, route: &Route) -> Result<u64, SyncError> {
    let (paths, feed, route) = (paths.clone(), feed.clone(), route.clone());
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let asked =
            Follower::new(&paths, feed, &route, Arc::new(cloud_shelf_core::clock::UnitClock::new("/")))
                .and_then(|mut follower| follower.published_version());
        let _ = sender.send(asked);
    });
    receiver.recv_timeout(FEED_PATIENCE).unwrap_or(Err(SyncError::Transfer(TransferError::TooSlow)))
}

fn tls(is_https: bool, asked: &Result<u64, SyncError>) -> Check {
    use TransferError::{
        Certificate, CertificateExpired, CertificateNotYet, Proxy, Setting, TooSlow, Unreachable, WebPage,
    };
    if !is_https {
        return TLS.unknown(Message::fixed(
            "店内网络的 http 网址，不加密",
            "The feed is over http within the shop's network",
        ));
    }
    match asked {
        Err(SyncError::Transfer(
            error @ (Certificate { .. } | CertificateExpired { .. } | CertificateNotYet { .. }),
        )) => TLS.failed(
            Message::new(
                format!("服务器证书不可信（{error}）"),
                format!("The server's certificate is not trusted ({error})"),
            ),
            error.message(),
        ),
        Err(SyncError::Transfer(Unreachable { .. } | TooSlow | Proxy { .. } | WebPage | Setting { .. })) => {
            TLS.unknown(Message::fixed(
                "连不上服务器，无法检查证书",
                "The server was not reached, so its certificate could not be checked",
            ))
        }
        Err(SyncError::Store(_)) => TLS.unknown(Message::fixed("没有询问服务器", "The server was not asked")),
        _ => TLS.good(Message::fixed("证书可信", "The server's certificate is trusted")),
    }
}

fn feed_itself(asked: &Result<u64, SyncError>) -> Check {
    match asked {
        Ok(version) => FEED.good(Message::new(
            format!("收到第 {version} 版，签名正确"),
            format!("The feed publishes version {version}, and its signature is valid"),
        )),
        Err(error) => {
            let finding = match error.blame() {
                Blame::Network => Message::new(
                    format!("没有收到商品数据（{}）", error.code()),
                    format!("The feed was not reached ({})", error.code()),
                ),
                Blame::Content => Message::new(
                    format!("收到的商品数据不能用（{}）", error.code()),
                    format!("The feed's content can't be used ({})", error.code()),
                ),
                Blame::Unit => Message::new(
                    format!("本机读写失败（{}）", error.code()),
                    format!("The check failed on this unit ({})", error.code()),
                ),
                Blame::Setting => Message::new(
                    format!("设置或绑定有误（{}）", error.code()),
                    format!("The settings or the binding are wrong ({})", error.code()),
                ),
            };
            FEED.failed(finding, error.message())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::check::Verdict, *};
    use cloud_shelf_core::feed::FeedError;

    #[test]
    fn the_cable_is_missed_only_where_it_is_needed() {
        let of = |states: &[(&str, &str)]| {
            let dir = tempfile::tempdir().unwrap();
            for (name, state) in states {
                std::fs::create_dir_all(dir.path().join("sys/class/net").join(name)).unwrap();
                std::fs::write(dir.path().join(format!("sys/class/net/{name}/operstate")), state).unwrap();
            }
            interfaces(&Tree::new(dir.path()))
        };
        let down = of(&[("eth0", "down\n"), ("wlan0", "dormant\n"), ("lo", "up\n")]);
        assert_eq!(link(&down, true).verdict, Verdict::Failed);
        assert_eq!(link(&down, false).verdict, Verdict::Unknown);
        assert_eq!(link(&of(&[]), true).verdict, Verdict::Failed);
        let up = link(&of(&[("eth0", "down"), ("wlan0", "up\n")]), true);
        assert!(up.verdict == Verdict::Good && up.finding.en.ends_with("wlan0"), "{up:?}");
    }

    #[test]
    fn what_the_feed_answers_tells_tls_and_signature_apart() {
        let certificate = || SyncError::from(TransferError::Certificate { detail: "unknown issuer".into() });
        let unreachable = || SyncError::from(TransferError::Unreachable { detail: "refused".into() });
        let missing = || SyncError::from(TransferError::Status { status: 404, retry_after: None });
        let signature = || SyncError::from(FeedError::BadSignature);
        for (asked, is_https, expected) in [
            (Ok(7), true, (Verdict::Good, Verdict::Good)),
            (Ok(7), false, (Verdict::Unknown, Verdict::Good)),
            (Err(certificate()), true, (Verdict::Failed, Verdict::Failed)),
            (Err(unreachable()), true, (Verdict::Unknown, Verdict::Failed)),
            (Err(missing()), true, (Verdict::Good, Verdict::Failed)),
            (Err(signature()), true, (Verdict::Good, Verdict::Failed)),
        ] {
            assert_eq!((tls(is_https, &asked).verdict, feed_itself(&asked).verdict), expected, "{asked:?}");
        }
    }

    #[test]
    fn names_are_found_or_it_is_said() {
        assert_eq!(
            dns("localhost", &resolve(&"http://127.0.0.1:8080/".parse().unwrap())).verdict,
            Verdict::Good
        );
        assert_eq!(dns("h", &resolve(&"http://[::1]/".parse().unwrap())).verdict, Verdict::Good);
        let lost = dns("no-such-host.invalid", &resolve(&"https://no-such-host.invalid/".parse().unwrap()));
        assert_eq!(lost.verdict, Verdict::Failed);
        assert_eq!(dns("h", &Ok(0)).verdict, Verdict::Failed);
    }
}
