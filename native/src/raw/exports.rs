//! What JavaScript sees of sockets; `bindings/native/{packet,ip,udp}-socket.ts` give it types and promises.

use std::sync::{Arc, OnceLock};

use napi::bindgen_prelude::{Function, Uint8Array, Uint8ArraySlice};
use napi::{Env, Result};
use napi_derive::napi;

use crate::doorbell::JsBell;
use crate::handle::Handle;
use crate::raw::driver::{SocketDriver, SocketRequest};
use crate::raw::options::{SocketConfig, SocketOptions};
use crate::raw::socket::Local;

/// A socket that is being opened, is open or was. `ring` is called without arguments, and never inside a
/// call of a method; `takeEvents` says why.
#[napi]
pub struct RawSocket {
    handle: Handle<SocketRequest>,
    local: Arc<OnceLock<Local>>,
}

crate::handle_methods!(RawSocket);

/// This end.
#[napi(object)]
pub struct SocketLocal {
    /// In the form of `raw::address`; of a packet socket the hardware address.
    pub address: Uint8Array,
    /// Of the interface of a packet socket; otherwise 0.
    pub mtu: u32,
    /// Whether the kernel cuts and joins datagrams.
    pub segmentation: bool,
    pub receive_offload: bool,
}

#[napi]
impl RawSocket {
    #[napi(constructor)]
    pub fn new(env: Env, options: SocketOptions, ring: Function<'_, (), ()>) -> Result<Self> {
        let bell = Box::new(JsBell::new(ring)?);
        let local = Arc::new(OnceLock::new());
        let handle = crate::guard::guarded(&env, || {
            let config = SocketConfig::from_options(&options)?;
            let (receive, send) = (options.receive_bytes as usize, options.send_bytes as usize);
            Handle::start("waxwing-socket", bell, receive, send, |ends| {
                SocketDriver::new(config, local.clone(), ends)
            })
        })?;
        Ok(RawSocket { handle, local })
    }

    /// Null until it is open.
    #[napi]
    pub fn local(&self, env: Env) -> Result<Option<SocketLocal>> {
        self.handle.guarded(&env, || {
            Ok(self.local.get().map(|local| SocketLocal {
                address: local.address.clone().into(),
                mtu: local.mtu,
                segmentation: local.segmentation,
                receive_offload: local.receive_offload,
            }))
        })
    }

    /// Moves records `[u32le length][u8 address length][address][bytes]` into `out`; how many bytes, or minus
    /// what the next record needs. To be called until it gives 0, or again when the reader goes on: the
    /// socket rings only for what comes after a drain.
    #[napi]
    pub fn drain_records(&self, env: Env, mut out: Uint8ArraySlice<'_>) -> Result<f64> {
        // SAFETY: JavaScript waits for this call, so nobody else uses the bytes meanwhile.
        let out = unsafe { out.as_mut() };
        self.handle
            .guarded(&env, || Ok(self.handle.drain_records(out) as f64))
    }

    /// Each of the following asks the thread and gives the id of the answer.
    /// Answer: the MTU of the interface of a packet socket, now.
    #[napi]
    pub fn ask_mtu(&self, env: Env) -> Result<u32> {
        self.ask(&env, SocketRequest::Mtu)
    }

    /// Answer: how many packets were dropped since the beginning, because nobody took them or they were longer
    /// than the interface allowed when the socket was opened.
    #[napi]
    pub fn ask_drops(&self, env: Env) -> Result<u32> {
        self.ask(&env, SocketRequest::Drops)
    }

    /// Joins or leaves a multicast group: 6, 4 or 16 bytes. Of a packet socket the interface is its own.
    #[napi]
    pub fn ask_membership(
        &self,
        env: Env,
        join: bool,
        group: &[u8],
        interface: Option<String>,
    ) -> Result<u32> {
        let group = group.to_vec();
        self.ask(
            &env,
            SocketRequest::Membership {
                join,
                group,
                interface,
            },
        )
    }

    /// What multicasts leave with; what is absent stays as it is.
    #[napi]
    pub fn ask_multicast(
        &self,
        env: Env,
        interface: Option<String>,
        ttl: Option<i32>,
        loopback: Option<bool>,
    ) -> Result<u32> {
        self.ask(
            &env,
            SocketRequest::Multicast {
                interface,
                ttl,
                loopback,
            },
        )
    }

    fn ask(&self, env: &Env, request: SocketRequest) -> Result<u32> {
        self.handle.guarded(env, || self.handle.ask(request))
    }
}

#[cfg(feature = "test-hooks")]
#[napi]
impl RawSocket {
    /// Breaks the thread on purpose.
    #[napi]
    pub fn ask_panic(&self, env: Env) -> Result<u32> {
        self.ask(&env, SocketRequest::Panic)
    }
}
