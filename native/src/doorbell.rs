//! Tells JavaScript that there is something to fetch: at most one call is on its way at a time.
//!
//! A ring adds bits; only the ring that finds none set calls JavaScript, which takes all bits at once. So a
//! burst of events costs one call, however long it is, and nothing is lost: what happens after `take` finds
//! no bits and calls again. The call carries nothing.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};

use napi::bindgen_prelude::Function;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{sys, Env, Result, Status};

/// What there is to fetch.
pub mod events {
    /// The handle is ready for use.
    pub const OPENED: u32 = 1;
    /// Received bytes wait; told again only after a drain.
    pub const READABLE: u32 = 1 << 1;
    /// Writes were settled, so there may be room for more.
    pub const SETTLED: u32 = 1 << 2;
    /// Requests were answered.
    pub const ANSWERED: u32 = 1 << 3;
    /// The thread has ended and the descriptor is closed; nothing comes after it.
    pub const ENDED: u32 = 1 << 4;
}

/// Something that can be rung from any thread.
pub trait Bell: Send + Sync {
    /// False: nobody will ever answer again.
    fn call(&self) -> bool;
    /// Whether the bell holds the event loop; called on the thread of JavaScript.
    fn hold(&self, env: &Env, keep: bool);
}

pub struct Doorbell {
    bits: AtomicU32,
    /// Gone after the last ring, so that JavaScript's callback is let go whoever still holds the doorbell.
    bell: Mutex<Option<Box<dyn Bell>>>,
}

impl Doorbell {
    pub fn new(bell: Box<dyn Bell>) -> Self {
        Doorbell {
            bits: AtomicU32::new(0),
            bell: Mutex::new(Some(bell)),
        }
    }

    /// False: nobody will ever answer again.
    pub fn ring(&self, bits: u32) -> bool {
        if self.bits.fetch_or(bits, SeqCst) != 0 {
            return true;
        }
        self.bell().as_ref().is_some_and(|bell| bell.call())
    }

    /// Rings and lets the bell go.
    pub fn ring_last(&self, bits: u32) {
        self.ring(bits);
        let last = self.bell().take();
        drop(last);
    }

    /// All bits since the last time; JavaScript calls this first when it was rung.
    pub fn take(&self) -> u32 {
        self.bits.swap(0, SeqCst)
    }

    pub fn hold(&self, env: &Env, keep: bool) {
        if let Some(bell) = self.bell().as_ref() {
            bell.hold(env, keep);
        }
    }

    fn bell(&self) -> MutexGuard<'_, Option<Box<dyn Bell>>> {
        self.bell.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Weak: it does not keep the event loop alive unless held. Its queue has no bound of its own, since the
/// bits allow one call at a time.
type Callback = ThreadsafeFunction<(), (), (), Status, false, true, 0>;

/// A JavaScript function as a bell.
pub struct JsBell(Callback);

impl JsBell {
    pub fn new(function: Function<'_, (), ()>) -> Result<Self> {
        let callback = function.build_threadsafe_function().weak::<true>().build()?;
        Ok(JsBell(callback))
    }
}

impl Bell for JsBell {
    fn call(&self) -> bool {
        self.0.call((), ThreadsafeFunctionCallMode::NonBlocking) == Status::Ok
    }

    fn hold(&self, env: &Env, keep: bool) {
        self.0.handle.with_read_aborted(|aborted| {
            if aborted {
                return;
            }
            let raw = self.0.handle.get_raw();
            // SAFETY: not aborted, so the function is alive, and this is the thread of its environment.
            // They fail only for a null argument, and holding is a courtesy.
            unsafe {
                if keep {
                    sys::napi_ref_threadsafe_function(env.raw(), raw);
                } else {
                    sys::napi_unref_threadsafe_function(env.raw(), raw);
                }
            }
        });
    }
}

#[cfg(test)]
pub mod fake {
    use super::*;
    use std::sync::atomic::AtomicUsize;
    use std::sync::Arc;

    /// Counts its calls.
    #[derive(Clone, Default)]
    pub struct FakeBell(pub Arc<AtomicUsize>);

    impl Bell for FakeBell {
        fn call(&self) -> bool {
            self.0.fetch_add(1, SeqCst);
            true
        }

        fn hold(&self, _: &Env, _: bool) {}
    }
}

#[cfg(test)]
mod tests {
    use super::fake::FakeBell;
    use super::*;

    #[test]
    fn a_burst_is_one_call_and_take_has_every_bit() {
        let bell = FakeBell::default();
        let doorbell = Doorbell::new(Box::new(bell.clone()));
        for _ in 0..100 {
            assert!(doorbell.ring(events::READABLE));
        }
        doorbell.ring(events::SETTLED);
        assert_eq!(bell.0.load(SeqCst), 1);
        assert_eq!(doorbell.take(), events::READABLE | events::SETTLED);
        assert_eq!(doorbell.take(), 0);
        doorbell.ring(events::READABLE);
        assert_eq!(bell.0.load(SeqCst), 2);
    }

    #[test]
    fn the_last_ring_lets_the_bell_go() {
        let bell = FakeBell::default();
        let doorbell = Doorbell::new(Box::new(bell.clone()));
        doorbell.ring_last(events::ENDED);
        assert_eq!(bell.0.load(SeqCst), 1);
        assert_eq!(std::sync::Arc::strong_count(&bell.0), 1);
        assert_eq!(doorbell.take(), events::ENDED);
        assert!(!doorbell.ring(events::READABLE), "nobody is there any more");
    }

    #[test]
    fn no_ring_is_lost_between_two_threads() {
        let bell = FakeBell::default();
        let doorbell = std::sync::Arc::new(Doorbell::new(Box::new(bell.clone())));
        let ringer = {
            let doorbell = doorbell.clone();
            std::thread::spawn(move || {
                for _ in 0..if cfg!(miri) { 50 } else { 50_000 } {
                    doorbell.ring(events::READABLE);
                }
                doorbell.ring(events::ENDED);
            })
        };
        let mut answered = 0;
        loop {
            // Only a call makes JavaScript look.
            if bell.0.load(SeqCst) == answered {
                std::thread::yield_now();
                continue;
            }
            answered += 1;
            if doorbell.take() & events::ENDED != 0 {
                break;
            }
        }
        ringer.join().unwrap();
    }
}
