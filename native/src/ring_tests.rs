//! Laws of the ring, against a queue that is obviously right, with a seed in every message.

use super::*;
use std::collections::VecDeque;

/// xorshift64*: enough for choosing sizes, and the same on every machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % bound
    }
}

fn steps() -> usize {
    if cfg!(miri) {
        200
    } else {
        20_000
    }
}

#[test]
fn a_stream_comes_out_as_it_went_in() {
    for seed in 1..=8 {
        let mut random = Random::new(seed);
        let (mut producer, mut consumer) = ring(1 << random.below(7));
        let mut model = VecDeque::new();
        let mut next = 0u8;
        for step in 0..steps() {
            if random.below(2) == 0 {
                let (first, second) = producer.vacant();
                let vacant = first.len() + second.len();
                let len = random.below(vacant + 1);
                for byte in first.iter_mut().chain(second).take(len) {
                    *byte = next;
                    model.push_back(next);
                    next = next.wrapping_add(1);
                }
                producer.commit(len);
                assert_eq!(producer.free(), vacant - len, "seed {seed} step {step}");
            } else {
                let mut out = vec![0; random.below(consumer.capacity() + 2)];
                let len = consumer.read_into(&mut out);
                assert_eq!(len, out.len().min(model.len()), "seed {seed} step {step}");
                let expected: Vec<u8> = model.drain(..len).collect();
                assert_eq!(out[..len], expected, "seed {seed} step {step}");
            }
            assert_eq!(consumer.len(), model.len(), "seed {seed} step {step}");
        }
    }
}

#[test]
fn records_come_out_whole_and_in_order() {
    for seed in 1..=8 {
        let mut random = Random::new(seed);
        let (mut producer, mut consumer) = ring(8 << random.below(6));
        let mut model: VecDeque<Vec<u8>> = VecDeque::new();
        for step in 0..steps() {
            if random.below(2) == 0 {
                let record = vec![step as u8; random.below(producer.capacity() + 1)];
                let fits = HEADER_BYTES + record.len() <= producer.free();
                assert_eq!(producer.push_record(&record), fits, "seed {seed} step {step}");
                if fits {
                    model.push_back(record);
                }
            } else {
                let mut out = vec![0; random.below(consumer.capacity() + 2)];
                match consumer.drain_records(&mut out) {
                    Ok(used) => {
                        let mut rest = &out[..used];
                        while !rest.is_empty() {
                            let record = model.pop_front().expect("a record of the model");
                            assert_eq!(rest[..4], (record.len() as u32).to_le_bytes());
                            assert_eq!(rest[4..4 + record.len()], record, "seed {seed} step {step}");
                            rest = &rest[4 + record.len()..];
                        }
                    }
                    Err(needed) => {
                        assert_eq!(needed, HEADER_BYTES + model[0].len(), "seed {seed} step {step}");
                        assert!(needed > out.len(), "seed {seed} step {step}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_slot_may_be_committed_shorter_than_it_was() {
    let (mut producer, mut consumer) = ring(32);
    let (first, _) = producer.record_slot(20).unwrap();
    first[..3].copy_from_slice(b"abc");
    producer.commit_record(3);
    let mut out = [0; 32];
    assert_eq!(consumer.drain_records(&mut out), Ok(7));
    assert_eq!(&out[..7], b"\x03\0\0\0abc");
    assert!(producer.record_slot(29).is_none());
    assert!(producer.record_slot(28).is_some());
}

#[test]
fn positions_survive_the_wrap_of_usize() {
    let (mut producer, mut consumer) = ring(16);
    let near_the_end = usize::MAX - 10;
    producer.0.head.store(near_the_end, SeqCst);
    producer.0.tail.store(near_the_end, SeqCst);
    for turn in 0..8u8 {
        assert!(producer.push_record(&[turn; 5]));
        let mut out = [0; 16];
        assert_eq!(consumer.drain_records(&mut out), Ok(9));
        assert_eq!(out[4..9], [turn; 5]);
    }
}

#[test]
fn two_threads_pass_a_stream_through_a_small_ring() {
    let total: usize = if cfg!(miri) { 500 } else { 1_000_000 };
    let (mut producer, mut consumer) = ring(64);
    let writer = std::thread::spawn(move || {
        let mut sent = 0;
        while sent < total {
            let (first, second) = producer.vacant();
            let mut len = 0;
            for byte in first.iter_mut().chain(second).take(total - sent) {
                *byte = ((sent + len) % 251) as u8;
                len += 1;
            }
            producer.commit(len);
            sent += len;
            if len == 0 {
                std::thread::yield_now();
            }
        }
    });
    let mut out = [0; 50];
    let mut seen = 0;
    while seen < total {
        let len = consumer.read_into(&mut out);
        for byte in &out[..len] {
            assert_eq!(*byte, (seen % 251) as u8);
            seen += 1;
        }
        if len == 0 {
            std::thread::yield_now();
        }
    }
    writer.join().unwrap();
    assert!(consumer.is_empty());
}

#[test]
#[should_panic(expected = "committed more than was vacant")]
fn committing_past_the_end_is_a_fault() {
    let (mut producer, _consumer) = ring(16);
    producer.commit(17);
}
