//! The way in: the poll thread fills it from the descriptor, JavaScript drains it into its own memory.
//!
//! Back-pressure: when there is no room the thread stops reading, so that the kernel's buffers and then the
//! sender feel it; the drain that makes room wakes the thread. JavaScript is rung once, and again only after
//! it has drained; a reader that pauses is left alone.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::Arc;

use crate::doorbell::events;
use crate::poll_thread::Control;
use crate::ring::{ring, Consumer, Producer};

struct Flags {
    /// JavaScript was told of what waits, and has not drained since.
    told: AtomicBool,
    /// The thread waits for room.
    stalled: AtomicBool,
    /// How often it began to.
    stalls: AtomicU64,
    bytes: AtomicU64,
}

/// The thread's end.
pub struct Intake {
    producer: Producer,
    flags: Arc<Flags>,
    control: Arc<Control>,
}

/// JavaScript's end.
pub struct Drainer {
    consumer: Consumer,
    flags: Arc<Flags>,
    control: Arc<Control>,
    /// Bytes taken out since the beginning.
    drained: u64,
}

pub fn receive_ring(capacity: usize, control: &Arc<Control>) -> (Intake, Drainer) {
    let (producer, consumer) = ring(capacity);
    let flags = Arc::new(Flags {
        told: AtomicBool::new(false),
        stalled: AtomicBool::new(false),
        stalls: AtomicU64::new(0),
        bytes: AtomicU64::new(0),
    });
    let intake = Intake {
        producer,
        flags: flags.clone(),
        control: control.clone(),
    };
    let drainer = Drainer {
        consumer,
        flags,
        control: control.clone(),
        drained: 0,
    };
    (intake, drainer)
}

impl Intake {
    /// Whether `len` more bytes fit now. If not, the drain that makes room wakes the thread.
    pub fn has_room(&self, len: usize) -> bool {
        if self.producer.free() >= len {
            return true;
        }
        let was_stalled = self.flags.stalled.swap(true, SeqCst);
        // A drain may have come between the two lines above; it saw no stall and woke nobody.
        if self.producer.free() >= len {
            self.flags.stalled.store(false, SeqCst);
            return true;
        }
        if !was_stalled {
            self.flags.stalls.fetch_add(1, SeqCst);
        }
        false
    }

    /// Bytes that fit now.
    pub fn free(&self) -> usize {
        self.producer.free()
    }

    /// Of a stream: room for a system call to fill from its beginning.
    pub fn vacant(&mut self) -> (&mut [u8], &mut [u8]) {
        self.producer.vacant()
    }

    /// Of a stream: hands over the first `len` bytes of `vacant` and rings.
    pub fn commit(&mut self, len: usize) {
        self.producer.commit(len);
        self.tell(len);
    }

    /// Of packets: room for one of up to `len` bytes.
    pub fn record_slot(&mut self, len: usize) -> Option<(&mut [u8], &mut [u8])> {
        self.producer.record_slot(len)
    }

    /// Of packets: hands over the first `len` bytes of the slot and rings.
    pub fn commit_record(&mut self, len: usize) {
        self.producer.commit_record(len);
        self.tell(len);
    }

    /// Of packets: copies one in and rings; false where there is no room.
    pub fn push_record(&mut self, packet: &[u8]) -> bool {
        let pushed = self.producer.push_record(packet);
        if pushed {
            self.tell(packet.len());
        }
        pushed
    }

    /// Of packets: copies one of two parts in and rings; false where there is no room.
    pub fn push_record_of(&mut self, head: &[u8], body: &[u8]) -> bool {
        let len = head.len() + body.len();
        let Some((first, second)) = self.producer.record_slot(len) else {
            return false;
        };
        let head_split = head.len().min(first.len());
        let (first_head, first_body) = first.split_at_mut(head_split);
        let (second_head, second_body) = second.split_at_mut(head.len() - head_split);
        first_head.copy_from_slice(&head[..head_split]);
        second_head.copy_from_slice(&head[head_split..]);
        let (front, back) = body.split_at(first_body.len());
        first_body.copy_from_slice(front);
        second_body.copy_from_slice(back);
        self.commit_record(len);
        true
    }

    /// Bytes received since the beginning, headers of records left out.
    pub fn bytes(&self) -> u64 {
        self.flags.bytes.load(SeqCst)
    }

    fn tell(&self, len: usize) {
        self.flags.bytes.fetch_add(len as u64, SeqCst);
        if len > 0 && !self.flags.told.swap(true, SeqCst) {
            self.control.bell.ring(events::READABLE);
        }
    }
}

impl Drainer {
    /// Of a stream: moves bytes into `out`; how many.
    pub fn drain_bytes(&mut self, out: &mut [u8]) -> usize {
        let taken = self.draining(|consumer| consumer.read_into(out));
        self.drained += taken as u64;
        taken
    }

    /// Of packets: moves as many whole records as fit; how many bytes. `Err`: the next one needs that many.
    pub fn drain_records(&mut self, out: &mut [u8]) -> Result<usize, usize> {
        self.draining(|consumer| consumer.drain_records(out))
    }

    /// Of a stream: drops what waits of the first `until` bytes since the beginning; how many.
    pub fn discard(&mut self, until: u64) -> usize {
        let old = until.saturating_sub(self.drained);
        let taken = self.draining(|consumer| {
            let len = consumer.len().min(usize::try_from(old).unwrap_or(usize::MAX));
            consumer.consume(len);
            len
        });
        self.drained += taken as u64;
        taken
    }

    pub fn len(&self) -> usize {
        self.consumer.len()
    }

    pub fn is_empty(&self) -> bool {
        self.consumer.is_empty()
    }

    /// Bytes received since the beginning, headers of records left out.
    pub fn bytes(&self) -> u64 {
        self.flags.bytes.load(SeqCst)
    }

    /// How often the thread had to stop reading.
    pub fn stalls(&self) -> u64 {
        self.flags.stalls.load(SeqCst)
    }

    fn draining<T>(&mut self, take: impl FnOnce(&mut Consumer) -> T) -> T {
        // First the flag, then the bytes: what arrives in between is rung for.
        self.flags.told.store(false, SeqCst);
        let taken = take(&mut self.consumer);
        if self.flags.stalled.swap(false, SeqCst) {
            self.control.waker.wake();
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poll_thread::fake::control;
    use std::sync::atomic::Ordering::SeqCst;

    fn fill(intake: &mut Intake, bytes: &[u8]) {
        let (first, second) = intake.vacant();
        let split = bytes.len().min(first.len());
        first[..split].copy_from_slice(&bytes[..split]);
        second[..bytes.len() - split].copy_from_slice(&bytes[split..]);
        intake.commit(bytes.len());
    }

    #[test]
    fn a_burst_rings_once_until_it_is_drained() {
        let (control, bell) = control();
        let (mut intake, mut drainer) = receive_ring(16, &control);
        fill(&mut intake, b"ab");
        assert_eq!(control.bell.take(), events::READABLE);
        // Events were fetched and nothing drained: a reader that pauses is not rung again.
        fill(&mut intake, b"cd");
        assert_eq!(bell.0.load(SeqCst), 1);
        let mut out = [0; 16];
        assert_eq!(drainer.drain_bytes(&mut out), 4);
        assert_eq!(&out[..4], b"abcd");
        fill(&mut intake, b"e");
        assert_eq!(bell.0.load(SeqCst), 2);
    }

    #[test]
    fn a_full_ring_stalls_once_and_a_drain_ends_it() {
        let (control, _) = control();
        let (mut intake, mut drainer) = receive_ring(16, &control);
        fill(&mut intake, &[7; 16]);
        assert!(!intake.has_room(1));
        assert!(!intake.has_room(1));
        assert_eq!(drainer.stalls(), 1);
        assert_eq!(drainer.drain_bytes(&mut [0; 4]), 4);
        assert!(intake.has_room(4) && !intake.has_room(5));
        assert_eq!(drainer.stalls(), 2);
    }

    #[test]
    fn a_record_of_two_parts_lies_anywhere_in_the_ring() {
        let (control, _) = control();
        let (mut intake, mut drainer) = receive_ring(32, &control);
        for turn in 0..32u8 {
            assert!(intake.push_record_of(&[turn, 1, 2], &[3, 4, 5, 6]));
            let mut out = [0; 32];
            assert_eq!(drainer.drain_records(&mut out), Ok(11));
            assert_eq!(out[..11], [7, 0, 0, 0, turn, 1, 2, 3, 4, 5, 6]);
        }
        assert!(!intake.push_record_of(&[0; 20], &[0; 20]));
    }

    #[test]
    fn a_discard_spares_what_came_after_it_was_asked_for() {
        let (control, _) = control();
        let (mut intake, mut drainer) = receive_ring(16, &control);
        fill(&mut intake, b"old");
        drainer.drain_bytes(&mut [0; 1]);
        let until = intake.bytes();
        fill(&mut intake, b"new");
        assert_eq!(drainer.discard(until), 2);
        assert_eq!(drainer.discard(until), 0);
        let mut out = [0; 16];
        assert_eq!(drainer.drain_bytes(&mut out), 3);
        assert_eq!(&out[..3], b"new");
    }
}
