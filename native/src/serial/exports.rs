//! What JavaScript sees of serial ports; `bindings/native/serial.ts` gives it types and promises.

use std::path::Path;

use napi::bindgen_prelude::{AsyncTask, Function, Uint8ArraySlice};
use napi::{Env, Result, Task};
use napi_derive::napi;

use crate::doorbell::JsBell;
use crate::errors::Failure;
use crate::guard::caught;
use crate::handle::Handle;
use crate::serial::driver::{SerialConfig, SerialDriver, SerialRequest};
use crate::serial::lines::line;
use crate::serial::list::{list_ports, SerialPortInfo};
use crate::serial::settings::SerialSettings;

#[napi(object)]
pub struct SerialOpenOptions {
    pub path: String,
    /// Keep others out.
    pub lock: bool,
    pub settings: SerialSettings,
    pub receive_bytes: u32,
    pub send_bytes: u32,
    /// Lines that loop back onto themselves instead of the port's; only in builds for tests.
    pub looped_lines: Option<bool>,
}

/// A port that is being opened, is open or was. `ring` is called without arguments, and never inside a call
/// of a method; `takeEvents` says why.
#[napi]
pub struct SerialPort {
    handle: Handle<SerialRequest>,
}

crate::handle_methods!(SerialPort);

#[napi]
impl SerialPort {
    #[napi(constructor)]
    pub fn new(env: Env, options: SerialOpenOptions, ring: Function<'_, (), ()>) -> Result<Self> {
        let bell = Box::new(JsBell::new(ring)?);
        let handle = crate::guard::guarded(&env, || {
            let config = SerialConfig {
                lines: looped(&options)?,
                path: options.path,
                lock: options.lock,
                settings: options.settings,
            };
            let (receive, send) = (options.receive_bytes as usize, options.send_bytes as usize);
            Handle::start("waxwing-serial", bell, receive, send, |ends| {
                SerialDriver::new(config, ends)
            })
        })?;
        Ok(SerialPort { handle })
    }

    /// Moves received bytes into `out`; how many. To be called until it gives 0, or again when the reader
    /// goes on: the port rings only for what comes after a drain.
    #[napi]
    pub fn drain(&self, env: Env, mut out: Uint8ArraySlice<'_>) -> Result<u32> {
        // SAFETY: JavaScript waits for this call, so nobody else uses the bytes meanwhile.
        let out = unsafe { out.as_mut() };
        self.handle.guarded(&env, || Ok(self.handle.drain(out) as u32))
    }

    /// Drops what waits of the first `until` bytes received.
    #[napi]
    pub fn discard(&self, env: Env, until: f64) -> Result<u32> {
        self.handle
            .guarded(&env, || Ok(self.handle.discard(until as u64) as u32))
    }

    /// Each of the following asks the thread and gives the id of the answer.
    #[napi]
    pub fn ask_update(&self, env: Env, settings: SerialSettings) -> Result<u32> {
        self.ask(&env, SerialRequest::Update(settings))
    }

    #[napi]
    pub fn ask_baud_rate(&self, env: Env) -> Result<u32> {
        self.ask(&env, SerialRequest::BaudRate)
    }

    /// Answer: the bits of `serialLineBits`.
    #[napi]
    pub fn ask_lines(&self, env: Env) -> Result<u32> {
        self.ask(&env, SerialRequest::Lines)
    }

    #[napi]
    pub fn ask_set_lines(&self, env: Env, raise: i32, lower: i32) -> Result<u32> {
        self.ask(&env, SerialRequest::SetLines { raise, lower })
    }

    #[napi]
    pub fn ask_break(&self, env: Env, on: bool) -> Result<u32> {
        self.ask(&env, SerialRequest::SetBreak(on))
    }

    /// Answer: what to give to `discard`.
    #[napi]
    pub fn ask_discard_input(&self, env: Env) -> Result<u32> {
        self.ask(&env, SerialRequest::DiscardInput)
    }

    /// Of every write put in until now.
    #[napi]
    pub fn ask_discard_output(&self, env: Env) -> Result<u32> {
        let until = self.handle.accepted();
        self.ask(&env, SerialRequest::DiscardOutput { until })
    }

    /// Answered when the device has sent every write put in until now.
    #[napi]
    pub fn ask_drain(&self, env: Env) -> Result<u32> {
        let until = self.handle.accepted();
        self.ask(&env, SerialRequest::Drain { until })
    }

    /// Answers that drain with `canceled`.
    #[napi]
    pub fn ask_cancel_drain(&self, env: Env, id: u32) -> Result<u32> {
        self.ask(&env, SerialRequest::CancelDrain(id))
    }

    fn ask(&self, env: &Env, request: SerialRequest) -> Result<u32> {
        self.handle.guarded(env, || self.handle.ask(request))
    }
}

#[cfg(feature = "test-hooks")]
#[napi]
impl SerialPort {
    /// Breaks the thread on purpose.
    #[napi]
    pub fn ask_panic(&self, env: Env) -> Result<u32> {
        self.ask(&env, SerialRequest::Panic)
    }
}

#[cfg(feature = "test-hooks")]
fn looped(
    options: &SerialOpenOptions,
) -> std::result::Result<Option<Box<dyn crate::serial::lines::ModemLines>>, Failure> {
    use crate::serial::lines::{LoopedLines, ModemLines};
    let wanted = options.looped_lines.unwrap_or(false);
    Ok(wanted.then(|| Box::new(LoopedLines::default()) as Box<dyn ModemLines>))
}

#[cfg(not(feature = "test-hooks"))]
fn looped(
    options: &SerialOpenOptions,
) -> std::result::Result<Option<Box<dyn crate::serial::lines::ModemLines>>, Failure> {
    match options.looped_lines {
        Some(true) => Err(Failure::new(
            crate::errors::Code::DeviceSetting,
            "looped lines are for tests of the addon",
        )),
        _ => Ok(None),
    }
}

/// Bits of `askLines` and `askSetLines`.
#[napi(object)]
pub struct SerialLineBits {
    pub dtr: i32,
    pub rts: i32,
    pub cts: i32,
    pub dsr: i32,
    pub dcd: i32,
    pub ri: i32,
}

#[napi]
pub fn serial_line_bits() -> SerialLineBits {
    SerialLineBits {
        dtr: line::DTR,
        rts: line::RTS,
        cts: line::CTS,
        dsr: line::DSR,
        dcd: line::DCD,
        ri: line::RI,
    }
}

pub struct ListTask;

impl Task for ListTask {
    type Output = Vec<SerialPortInfo>;
    type JsValue = Vec<SerialPortInfo>;

    fn compute(&mut self) -> Result<Self::Output> {
        let listed = caught(|| Ok(list_ports(Path::new("/sys"), Path::new("/dev"))));
        listed.map_err(|failure: Failure| {
            napi::Error::new(napi::Status::GenericFailure, failure.message.to_string())
        })
    }

    fn resolve(&mut self, _: Env, output: Self::Output) -> Result<Self::JsValue> {
        Ok(output)
    }
}

/// The ports of this machine. Reading sysfs may wait for a device, so it runs on a thread of the pool.
#[napi]
pub fn list_serial_ports() -> AsyncTask<ListTask> {
    AsyncTask::new(ListTask)
}
