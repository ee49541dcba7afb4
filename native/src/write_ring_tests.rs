//! Writes are settled in order, each with its own outcome.

use super::*;
use crate::errors::Code;
use crate::poll_thread::fake::control;

fn broken() -> Failure {
    Failure::new(Code::NativeIo, "on purpose")
}

fn gathered(outlet: &Outlet) -> Vec<u8> {
    let mut pieces = [IoSlice::new(&[]); 8];
    let count = outlet.gather(&mut pieces);
    pieces[..count].iter().flat_map(|piece| piece.to_vec()).collect()
}

#[test]
fn a_stream_is_settled_write_by_write_however_it_is_taken() {
    for step in 1..=6 {
        let (control, _) = control();
        let (mut outbox, mut outlet) = write_ring(64, &control);
        for text in ["ab", "", "cde", "f"] {
            outbox.push(text.as_bytes()).unwrap();
        }
        let mut taken = Vec::new();
        while outlet.has_work() {
            let bytes = gathered(&outlet);
            let len = bytes.len().min(step);
            taken.extend_from_slice(&bytes[..len]);
            outlet.advance(len);
            let (settled, failures) = outbox.take_settled();
            // 1: two bytes; 2: none; 3: five; 4: six.
            assert_eq!(
                settled,
                [0, 0, 2, 2, 2, 3, 4][taken.len()],
                "after {} bytes",
                taken.len()
            );
            assert!(failures.is_empty());
        }
        assert_eq!(taken, b"abcdef");
        assert_eq!(outbox.bytes(), 6);
    }
}

#[test]
fn a_full_ring_refuses_a_write_and_takes_it_later() {
    let (control, _) = control();
    let (mut outbox, mut outlet) = write_ring(32, &control);
    assert_eq!(outbox.write_bytes_max(), 28);
    assert_eq!(outbox.push(&[1; 20]), Some(1));
    assert_eq!(outbox.push(&[2; 20]), None);
    outlet.advance(20);
    assert_eq!(outbox.push(&[2; 20]), Some(2));
    assert_eq!(gathered(&outlet), [2; 20]);
}

#[test]
fn a_write_that_fails_takes_no_other_with_it() {
    let (control, _) = control();
    let (mut outbox, mut outlet) = write_ring(64, &control);
    for text in ["first", "second", "third"] {
        outbox.push(text.as_bytes()).unwrap();
    }
    outlet.advance(5 + 3);
    outlet.fail_oldest(&broken());
    assert_eq!(gathered(&outlet), b"third");
    outlet.advance(5);
    assert_eq!(outbox.take_settled(), (3, vec![(2, broken())]));
    assert_eq!(outbox.take_settled(), (3, vec![]));
}

#[test]
fn a_flush_cancels_only_what_was_there_when_it_was_asked_for() {
    let (control, _) = control();
    let (mut outbox, mut outlet) = write_ring(64, &control);
    outbox.push(b"a").unwrap();
    outbox.push(b"b").unwrap();
    let until = outbox.accepted();
    outbox.push(b"c").unwrap();
    outlet.fail_until(until, &Failure::canceled());
    assert_eq!(gathered(&outlet), b"c");
    let (settled, failures) = outbox.take_settled();
    assert_eq!((settled, failures.len()), (2, 2));
    outlet.fail_until(until, &Failure::canceled());
    assert_eq!(outbox.take_settled(), (2, vec![]));
}

#[test]
fn packets_keep_their_boundaries() {
    let (control, _) = control();
    let (mut outbox, mut outlet) = write_ring(32, &control);
    // Twice around the ring, so that a packet lies across its end.
    for turn in 0..8u8 {
        outbox.push(&[turn; 9]).unwrap();
        outbox.push(&[turn; 3]).unwrap();
        let packets: Vec<Vec<u8>> = outlet
            .records()
            .map(|(first, second)| [first, second].concat())
            .collect();
        assert_eq!(packets, [vec![turn; 9], vec![turn; 3]]);
        outlet.settle_records(2);
    }
    assert_eq!(outbox.take_settled(), (16, vec![]));
    assert_eq!(outbox.bytes(), 8 * 12);
}

#[test]
#[cfg_attr(miri, ignore = "miri has no poll")]
fn the_first_write_after_a_pause_wakes_the_thread_and_the_next_does_not() {
    let (control, _) = control();
    let (mut outbox, outlet) = write_ring(32, &control);
    let mut polled = [libc::pollfd {
        fd: control.waker.fd(),
        events: libc::POLLIN,
        revents: 0,
    }];
    // SAFETY: an array of one, and its length.
    let mut woken = || unsafe { libc::poll(polled.as_mut_ptr(), 1, 0) == 1 };
    assert!(!outlet.has_work());
    outbox.push(b"a").unwrap();
    assert!(woken());
    control.waker.clear();
    outbox.push(b"b").unwrap();
    assert!(!woken());
    assert!(outlet.has_work());
}
