//! What every handle of the addon is for JavaScript: two rings, requests and a life that ends once.
//!
//! An exported class holds a `Handle` and lends it its methods through `handle_methods!`; what differs
//! between devices are the driver and its requests.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use napi::{Env, Result as NapiResult};
use napi_derive::napi;

use crate::doorbell::Bell;
use crate::errors::{Code, Failure};
use crate::guard::{guarded, NativeFailure};
use crate::poll_thread::{spawn, Control, Driver};
use crate::receive_ring::{receive_ring, Drainer, Intake};
use crate::requests::Requests;
use crate::write_ring::{write_ring, Outbox, Outlet};

/// Rings beyond this are a mistake of the caller.
pub const RING_BYTES_MAX: usize = 64 * 1024 * 1024;

pub struct Handle<Q> {
    pub control: Arc<Control>,
    pub requests: Arc<Requests<Q>>,
    /// Absent once released. JavaScript's thread alone takes these locks.
    drainer: Mutex<Option<Drainer>>,
    outbox: Mutex<Option<Outbox>>,
}

/// The thread's ends of what a handle consists of.
pub struct DriverEnds<Q> {
    pub intake: Intake,
    pub outlet: Outlet,
    pub requests: Arc<Requests<Q>>,
    pub control: Arc<Control>,
}

impl<Q: Send + 'static> Handle<Q> {
    /// Starts the thread; `OPENED` or `ENDED` is rung next.
    pub fn start<D: Driver>(
        name: &str,
        bell: Box<dyn Bell>,
        receive_bytes: usize,
        send_bytes: usize,
        driver: impl FnOnce(DriverEnds<Q>) -> D,
    ) -> Result<Self, Failure> {
        if receive_bytes.max(send_bytes) > RING_BYTES_MAX {
            return Err(Failure::new(
                Code::ResourceExhausted,
                format!("a ring may have {RING_BYTES_MAX} bytes"),
            ));
        }
        let control = Control::new(bell)?;
        let (intake, drainer) = receive_ring(receive_bytes, &control);
        let (outbox, outlet) = write_ring(send_bytes, &control);
        let requests = Requests::new(&control);
        let ends = DriverEnds {
            intake,
            outlet,
            requests: requests.clone(),
            control: control.clone(),
        };
        spawn(name, control.clone(), driver(ends))?;
        Ok(Handle {
            control,
            requests,
            drainer: Mutex::new(Some(drainer)),
            outbox: Mutex::new(Some(outbox)),
        })
    }

    /// Runs the body of an exported method; a panic in it is the end of the handle.
    pub fn guarded<T>(&self, env: &Env, body: impl FnOnce() -> Result<T, Failure>) -> NapiResult<T> {
        guarded(env, || {
            crate::guard::caught(body).inspect_err(|failure| {
                if failure.code == Code::NativePanic {
                    self.control.break_down(failure);
                }
            })
        })
    }

    /// Moves received bytes into `out`; how many. Works after the end, until `release`.
    pub fn drain(&self, out: &mut [u8]) -> usize {
        self.drainer()
            .as_mut()
            .map_or(0, |drainer| drainer.drain_bytes(out))
    }

    /// As `drain`, of whole records; minus what the next record needs where `out` is too small for it.
    pub fn drain_records(&self, out: &mut [u8]) -> i64 {
        match self.drainer().as_mut().map(|drainer| drainer.drain_records(out)) {
            None => 0,
            Some(Ok(used)) => used as i64,
            Some(Err(needed)) => -(needed as i64),
        }
    }

    pub fn discard(&self, until: u64) -> usize {
        self.drainer()
            .as_mut()
            .map_or(0, |drainer| drainer.discard(until))
    }

    /// The number of the write, 0 where there is no room for it now.
    pub fn write(&self, bytes: &[u8]) -> Result<u64, Failure> {
        self.check_alive()?;
        let mut outbox = self.outbox();
        let outbox = outbox.as_mut().ok_or_else(Failure::closed)?;
        if bytes.len() > outbox.write_bytes_max() {
            return Err(Failure::new(
                Code::MtuExceeded,
                format!(
                    "{} bytes, a single write has {} at most",
                    bytes.len(),
                    outbox.write_bytes_max()
                ),
            ));
        }
        Ok(outbox.push(bytes).unwrap_or(0))
    }

    /// Number of the last write that was put in.
    pub fn accepted(&self) -> u64 {
        self.outbox().as_ref().map_or(0, Outbox::accepted)
    }

    pub fn ask(&self, request: Q) -> Result<u32, Failure> {
        self.check_alive()?;
        self.requests.ask(request)
    }

    pub fn take_settled(&self) -> Settled {
        let (settled, failures) = match self.outbox().as_ref() {
            Some(outbox) => outbox.take_settled(),
            None => (0, Vec::new()),
        };
        Settled {
            settled: settled as f64,
            failures: failures
                .iter()
                .map(|(number, failure)| FailedWrite {
                    number: *number as f64,
                    failure: failure.into(),
                })
                .collect(),
        }
    }

    pub fn take_answers(&self) -> Vec<Answered> {
        let answers = self.requests.take_answers();
        let answered = answers.into_iter().map(|(id, answer)| match answer {
            Ok(value) => Answered {
                id,
                value,
                failure: None,
            },
            Err(failure) => Answered {
                id,
                value: 0.0,
                failure: Some((&failure).into()),
            },
        });
        answered.collect()
    }

    pub fn counters(&self) -> HandleCounters {
        let drainer = self.drainer();
        HandleCounters {
            bytes_received: drainer.as_ref().map_or(0, Drainer::bytes) as f64,
            bytes_waiting: drainer.as_ref().map_or(0, Drainer::len) as f64,
            receive_stalls: drainer.as_ref().map_or(0, Drainer::stalls) as f64,
            bytes_sent: self.outbox().as_ref().map_or(0, Outbox::bytes) as f64,
        }
    }

    /// Frees the rings; what was received and not drained is lost.
    pub fn release(&self) {
        self.drainer().take();
        self.outbox().take();
    }

    fn check_alive(&self) -> Result<(), Failure> {
        match self.control.ended() {
            Some(Some(failure)) => Err(failure.clone()),
            Some(None) => Err(Failure::closed()),
            None if self.control.is_closing() => Err(Failure::closed()),
            None => Ok(()),
        }
    }

    fn drainer(&self) -> MutexGuard<'_, Option<Drainer>> {
        self.drainer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn outbox(&self) -> MutexGuard<'_, Option<Outbox>> {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// JavaScript forgot the handle, or its environment goes down.
impl<Q> Drop for Handle<Q> {
    fn drop(&mut self) {
        self.control.close();
    }
}

#[napi(object)]
pub struct Settled {
    /// Number of the last settled write.
    pub settled: f64,
    /// Those up to it that failed, since the last time.
    pub failures: Vec<FailedWrite>,
}

#[napi(object)]
pub struct FailedWrite {
    pub number: f64,
    pub failure: NativeFailure,
}

#[napi(object)]
pub struct Answered {
    pub id: u32,
    pub value: f64,
    pub failure: Option<NativeFailure>,
}

#[napi(object)]
pub struct Ended {
    /// Absent where the handle was closed from here.
    pub failure: Option<NativeFailure>,
}

#[napi(object)]
pub struct HandleCounters {
    pub bytes_received: f64,
    /// Received and not drained.
    pub bytes_waiting: f64,
    /// How often the receive ring was full, so that the thread stopped reading.
    pub receive_stalls: f64,
    /// Taken by the kernel.
    pub bytes_sent: f64,
}

/// The methods that every exported class has; its field `handle` is a `Handle`.
#[macro_export]
macro_rules! handle_methods {
    ($class:ident) => {
        #[napi_derive::napi]
        impl $class {
            /// All events since the last time (`doorbell::events`); the first thing to call when rung.
            #[napi]
            pub fn take_events(&self, env: napi::Env) -> napi::Result<u32> {
                self.handle
                    .guarded(&env, || Ok(self.handle.control.bell.take()))
            }

            /// The number of the write, counted from 1; 0 where there is no room for it now.
            #[napi]
            pub fn write(&self, env: napi::Env, bytes: &[u8]) -> napi::Result<f64> {
                self.handle
                    .guarded(&env, || Ok(self.handle.write(bytes)? as f64))
            }

            #[napi]
            pub fn take_settled(&self, env: napi::Env) -> napi::Result<$crate::handle::Settled> {
                self.handle.guarded(&env, || Ok(self.handle.take_settled()))
            }

            #[napi]
            pub fn take_answers(&self, env: napi::Env) -> napi::Result<Vec<$crate::handle::Answered>> {
                self.handle.guarded(&env, || Ok(self.handle.take_answers()))
            }

            #[napi]
            pub fn counters(&self, env: napi::Env) -> napi::Result<$crate::handle::HandleCounters> {
                self.handle.guarded(&env, || Ok(self.handle.counters()))
            }

            /// Null while the handle lives.
            #[napi]
            pub fn ended(&self, env: napi::Env) -> napi::Result<Option<$crate::handle::Ended>> {
                self.handle.guarded(&env, || {
                    let ended = self.handle.control.ended();
                    Ok(ended.map(|why| $crate::handle::Ended {
                        failure: why.as_ref().map(Into::into),
                    }))
                })
            }

            /// Whether the open handle keeps the process alive; at first it does not.
            #[napi]
            pub fn hold(&self, env: napi::Env, keep: bool) -> napi::Result<()> {
                self.handle.guarded(&env, || {
                    self.handle.control.bell.hold(&env, keep);
                    Ok(())
                })
            }

            /// Asks for the end, in any state and as often as one likes; the event `ENDED` says when it came.
            #[napi]
            pub fn close(&self, env: napi::Env) -> napi::Result<()> {
                self.handle.guarded(&env, || {
                    self.handle.control.close();
                    Ok(())
                })
            }

            /// Frees the rings of a handle that has ended; what was not drained is lost.
            #[napi]
            pub fn release(&self, env: napi::Env) -> napi::Result<()> {
                self.handle.guarded(&env, || {
                    self.handle.release();
                    Ok(())
                })
            }
        }

        #[cfg(feature = "test-hooks")]
        #[napi_derive::napi]
        impl $class {
            /// Breaks an exported function on purpose.
            #[napi]
            pub fn panic_in_call(&self, env: napi::Env) -> napi::Result<()> {
                self.handle
                    .guarded(&env, || panic!("in a call, on purpose"))
            }
        }
    };
}
