//! Sockets over loopback and over veth pairs in a network namespace of the test's own thread: what the kernel
//! really does. The latter need root and `ip`; where they are missing, the test says so and passes.

use std::process::Command;
use std::time::Duration;

use super::*;
use crate::doorbell::fake::FakeBell;
use crate::handle::Handle;
use crate::poll_thread::fake::eventually;
use crate::raw::options::Target;
use crate::requests::Answer;

const RING_BYTES: usize = 1 << 20;
const LOOPBACK: [u8; 6] = [127, 0, 0, 1, 0, 0];

fn start(target: Target) -> (Handle<SocketRequest>, Arc<OnceLock<Local>>) {
    let config = SocketConfig {
        target,
        kernel_receive_bytes: Some(RING_BYTES as u32),
    };
    let local = Arc::new(OnceLock::new());
    let handle = Handle::start(
        "socket",
        Box::new(FakeBell::default()),
        RING_BYTES,
        RING_BYTES,
        |ends| SocketDriver::new(config, local.clone(), ends),
    );
    (handle.unwrap(), local)
}

fn opened(target: Target) -> (Handle<SocketRequest>, Local) {
    let (handle, local) = start(target);
    eventually(|| handle.control.is_open());
    let local = local.get().unwrap().clone();
    (handle, local)
}

fn udp(offload: bool) -> (Handle<SocketRequest>, Local) {
    opened(Target::Udp {
        address: LOOPBACK.to_vec(),
        reuse_address: false,
        offload,
    })
}

fn packet(interface: &str, ether_type: u16, filter: Vec<libc::sock_filter>) -> Target {
    Target::Packet {
        interface: interface.to_owned(),
        ether_type,
        cooked: true,
        filter,
    }
}

fn ended(handle: &Handle<SocketRequest>) -> Option<Failure> {
    eventually(|| handle.control.ended().is_some());
    handle.control.ended().unwrap().clone()
}

fn record(address: &[u8], body: &[u8]) -> Vec<u8> {
    [&[address.len() as u8], address, body].concat()
}

/// Address and bytes of as many packets.
fn take(handle: &Handle<SocketRequest>, count: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut out = vec![0; RING_BYTES];
    let mut taken = Vec::new();
    for _ in 0..30_000 {
        let used = handle.drain_records(&mut out) as usize;
        let mut rest = &out[..used];
        while !rest.is_empty() {
            let len = u32::from_le_bytes(rest[..4].try_into().unwrap()) as usize;
            let body = &rest[4..4 + len];
            let head = 1 + usize::from(body[0]);
            taken.push((body[1..head].to_vec(), body[head..].to_vec()));
            rest = &rest[4 + len..];
        }
        if taken.len() >= count {
            assert_eq!(taken.len(), count);
            return taken;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("{} of {count} packets in 30 s", taken.len());
}

fn answer(handle: &Handle<SocketRequest>, request: SocketRequest) -> Answer {
    let id = handle.ask(request).unwrap();
    for _ in 0..30_000 {
        if let Some((_, answer)) = handle
            .requests
            .take_answers()
            .into_iter()
            .find(|(of, _)| *of == id)
        {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("no answer in 30 s");
}

#[test]
fn datagrams_pass_with_and_without_offload_and_keep_their_boundaries() {
    for offload in [false, true] {
        let (a, _) = udp(offload);
        let (b, local) = udp(offload);
        // Two sizes, so that segments have an end in the middle.
        let bodies: Vec<Vec<u8>> = (0..100u8)
            .map(|n| vec![n; if n % 10 == 9 { 300 } else { 1200 }])
            .collect();
        for body in &bodies {
            assert!(a.write(&record(&local.address, body)).unwrap() > 0);
        }
        let got: Vec<Vec<u8>> = take(&b, 100).into_iter().map(|(_, body)| body).collect();
        assert_eq!(got, bodies, "offload {offload}");
        eventually(|| a.take_settled().settled == 100.0);
    }
}

#[test]
fn an_answer_goes_to_where_a_datagram_came_from() {
    let (a, at_a) = udp(true);
    let (b, at_b) = udp(true);
    a.write(&record(&at_b.address, b"ping")).unwrap();
    let (from, body) = take(&b, 1).remove(0);
    assert_eq!(
        (from.as_slice(), body.as_slice()),
        (at_a.address.as_slice(), &b"ping"[..])
    );
    b.write(&record(&from, b"")).unwrap();
    assert_eq!(take(&a, 1), [(at_b.address, Vec::new())]);
}

#[test]
fn a_datagram_too_long_fails_alone() {
    let (a, _) = udp(true);
    let (b, local) = udp(true);
    a.write(&record(&local.address, &vec![0; 65_508])).unwrap();
    a.write(&record(&local.address, b"next")).unwrap();
    assert_eq!(take(&b, 1)[0].1, b"next");
    let settled = a.take_settled();
    assert_eq!(settled.failures.len(), 1);
    assert_eq!(settled.failures[0].failure.code, "mtu_exceeded");
}

#[test]
fn an_address_of_another_family_and_a_record_without_one_fail_alone() {
    let (a, local) = udp(true);
    a.write(&record(&[0; 22], b"v6")).unwrap();
    a.write(&[9]).unwrap();
    a.write(&record(&local.address, b"good")).unwrap();
    assert_eq!(take(&a, 1)[0].1, b"good");
    assert_eq!(a.take_settled().failures.len(), 2);
}

#[test]
fn a_taken_port_is_refused_and_a_full_ring_leaves_datagrams_with_the_kernel() {
    let (b, local) = udp(false);
    let (second, _) = start(Target::Udp {
        address: local.address.clone(),
        reuse_address: false,
        offload: false,
    });
    assert_eq!(ended(&second).unwrap().code, Code::AddressInUse);
    let (a, _) = udp(false);
    for _ in 0..200 {
        while a.write(&record(&local.address, &[1; 60_000])).unwrap() == 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    eventually(|| b.counters().receive_stalls > 0.0);
    eventually(|| matches!(answer(&b, SocketRequest::Drops), Ok(drops) if drops > 0.0));
    let (_, closed) = (b.control.close(), ended(&b));
    assert_eq!(closed, None);
}

#[test]
fn multicast_reaches_who_joined_and_nobody_after_leaving() {
    let (a, _) = opened(Target::Udp {
        address: vec![0; 6],
        reuse_address: true,
        offload: true,
    });
    let (b, local) = opened(Target::Udp {
        address: vec![0; 6],
        reuse_address: true,
        offload: true,
    });
    let lo = || Some("lo".to_owned());
    let membership = |join| SocketRequest::Membership {
        join,
        group: vec![239, 1, 2, 3],
        interface: lo(),
    };
    let sending = SocketRequest::Multicast {
        interface: lo(),
        ttl: Some(1),
        loopback: Some(true),
    };
    assert_eq!(answer(&a, sending), Ok(0.0));
    assert_eq!(answer(&b, membership(true)), Ok(0.0));
    let group = [&[239, 1, 2, 3], &local.address[4..]].concat();
    a.write(&record(&group, b"all")).unwrap();
    assert_eq!(take(&b, 1)[0].1, b"all");
    assert_eq!(answer(&b, membership(false)), Ok(0.0));
    a.write(&record(&group, b"none")).unwrap();
    a.write(&record(&[&LOOPBACK[..4], &local.address[4..]].concat(), b"one"))
        .unwrap();
    assert_eq!(take(&b, 1)[0].1, b"one");
}

/// Runs `ip` in this thread's namespace.
fn ip(arguments: &str) -> bool {
    let status = Command::new("ip").args(arguments.split(' ')).status();
    status.is_ok_and(|status| status.success())
}

/// A namespace for this thread, with a veth pair that is up; false where that needs more rights.
fn veth() -> bool {
    // SAFETY: no memory is passed; the namespace is this thread's alone, and goes with it.
    let apart = unsafe { libc::unshare(libc::CLONE_NEWNET) } == 0;
    let made = apart
        && ip("link set lo up")
        && ip("link add va type veth peer name vb")
        && ip("link set va up")
        && ip("link set vb up");
    if !made {
        eprintln!("skipped: needs root (CAP_NET_ADMIN, CAP_SYS_ADMIN) and ip");
        return false;
    }
    // Until the kernel has seen both carriers it drops what is sent, without a word.
    eventually(|| is_up("va") && is_up("vb"));
    true
}

fn is_up(interface: &str) -> bool {
    let shown = Command::new("ip")
        .args(["link", "show", interface])
        .output()
        .unwrap();
    String::from_utf8_lossy(&shown.stdout).contains("state UP")
}

#[test]
fn frames_of_one_ether_type_pass_over_a_cable_and_a_filter_drops_others() {
    if !veth() {
        return;
    }
    let (a, at_a) = opened(packet("va", 0x88b5, Vec::new()));
    // Accepts what begins with 1.
    let step = |code: u32, jt, jf, k| libc::sock_filter {
        code: code as u16,
        jt,
        jf,
        k,
    };
    let filter = vec![
        step(0x30, 0, 0, 0),
        step(0x15, 0, 1, 1),
        step(6, 0, 0, 0xffff),
        step(6, 0, 0, 0),
    ];
    let (b, at_b) = opened(packet("vb", 0x88b5, filter));
    let (other, _) = opened(packet("vb", 0x88b6, Vec::new()));
    assert_eq!(at_a.mtu, 1500);
    for body in [&[0, 0][..], &[1, 7], &[1; 1500]] {
        a.write(&record(&at_b.address, body)).unwrap();
    }
    let got = take(&b, 2);
    assert_eq!(got[0].0, [&[0, 0x88, 0xb5], at_a.address.as_slice()].concat());
    assert_eq!((&got[0].1[..], got[1].1.len()), (&[1, 7][..], 1500));
    b.write(&record(&[255; 6], b"all")).unwrap();
    assert_eq!(take(&a, 1)[0].0[0], libc::PACKET_BROADCAST);
    assert_eq!(answer(&a, SocketRequest::Drops), Ok(0.0));
    assert_eq!(other.counters().bytes_received, 0.0);
    a.write(&record(&at_b.address, &[1; 1501])).unwrap();
    eventually(|| {
        a.take_settled()
            .failures
            .iter()
            .any(|write| write.failure.code == "mtu_exceeded")
    });
}

#[test]
fn a_frame_longer_than_the_interface_once_took_is_counted_as_dropped() {
    if !veth() {
        return;
    }
    let (old, at_old) = opened(packet("vb", 0x88b5, Vec::new()));
    assert!(ip("link set va mtu 3000") && ip("link set vb mtu 3000"));
    assert_eq!(answer(&old, SocketRequest::Mtu), Ok(3000.0));
    let (a, _) = opened(packet("va", 0x88b5, Vec::new()));
    a.write(&record(&at_old.address, &[1; 2000])).unwrap();
    a.write(&record(&at_old.address, b"short")).unwrap();
    assert_eq!(take(&old, 1)[0].1, b"short");
    assert_eq!(answer(&old, SocketRequest::Drops), Ok(1.0));
}

#[test]
fn an_interface_that_goes_down_or_away_ends_its_socket_by_name() {
    if !veth() {
        return;
    }
    let (a, _) = opened(packet("va", 0x88b5, Vec::new()));
    assert!(ip("link set va down"));
    let why = ended(&a).unwrap();
    assert_eq!(
        (why.code, &*why.message),
        (Code::InterfaceDown, "the interface va is down")
    );
    let (still_down, _) = start(packet("va", 0x88b5, Vec::new()));
    assert_eq!(ended(&still_down).unwrap().code, Code::InterfaceDown);
    assert!(ip("link set va up"));
    let (again, _) = opened(packet("va", 0x88b5, Vec::new()));
    assert!(ip("link del va"));
    // It goes down before it goes away, and either may be seen.
    let why = ended(&again).unwrap();
    assert!(
        matches!(why.code, Code::InterfaceDown | Code::Disconnected),
        "{why:?}"
    );
    let (gone, _) = start(packet("va", 0x88b5, Vec::new()));
    assert_eq!(ended(&gone).unwrap().code, Code::DeviceNotFound);
}

#[test]
fn a_raw_protocol_passes_over_loopback() {
    if !veth() {
        return;
    }
    let target = || Target::Ip {
        protocol: 253,
        address: LOOPBACK.to_vec(),
    };
    let (a, _) = opened(target());
    a.write(&record(&LOOPBACK, b"experiment")).unwrap();
    let (from, bytes) = take(&a, 1).remove(0);
    assert_eq!(from, LOOPBACK);
    assert_eq!(&bytes[20..], b"experiment", "after the header of IPv4");
}

#[test]
fn a_panic_on_the_thread_is_a_failure_of_that_socket() {
    let (a, _) = udp(true);
    a.ask(SocketRequest::Panic).unwrap();
    assert_eq!(ended(&a).unwrap().code, Code::NativePanic);
}
