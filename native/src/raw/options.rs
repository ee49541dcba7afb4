//! What is opened: as JavaScript gives it, and as it is kept.

use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;

use crate::errors::{Code, Failure};

/// One instruction of a classic BPF program (`struct sock_filter`).
#[napi(object)]
#[derive(Clone, Copy, Debug)]
pub struct BpfInstruction {
    pub code: u32,
    pub jt: u32,
    pub jf: u32,
    pub k: u32,
}

/// Every member is present where its kind has it; the defaults are `bindings/native`'s.
#[napi(object)]
pub struct SocketOptions {
    /// packet, ip or udp.
    pub kind: String,
    /// packet: name of the interface.
    pub interface: Option<String>,
    /// packet: what is received and, where the kernel writes the header, sent.
    pub ether_type: Option<u32>,
    /// packet: whether the kernel writes and takes away the header.
    pub cooked: Option<bool>,
    /// packet: accepts what it answers more than 0 for; locked once attached.
    pub filter: Option<Vec<BpfInstruction>>,
    /// ip: number of the protocol.
    pub protocol: Option<u32>,
    /// ip and udp: what to bind to, in the form of `raw::address`; its length says the family.
    pub address: Option<Uint8Array>,
    /// udp: others may bind to the same address and port.
    pub reuse_address: Option<bool>,
    /// udp: segmentation and receive offload where the kernel has them.
    pub offload: Option<bool>,
    /// Of the kernel, for what waits to be received; as much as the system allows.
    pub kernel_receive_bytes: Option<u32>,
    pub receive_bytes: u32,
    pub send_bytes: u32,
}

#[derive(Debug)]
pub enum Target {
    Packet {
        interface: String,
        ether_type: u16,
        cooked: bool,
        filter: Vec<libc::sock_filter>,
    },
    Ip {
        protocol: u8,
        address: Vec<u8>,
    },
    Udp {
        address: Vec<u8>,
        reuse_address: bool,
        offload: bool,
    },
}

#[derive(Debug)]
pub struct SocketConfig {
    pub target: Target,
    pub kernel_receive_bytes: Option<u32>,
}

impl SocketConfig {
    pub fn from_options(options: &SocketOptions) -> Result<Self, Failure> {
        let wrong = |what: &str| Failure::new(Code::DeviceSetting, format!("socket options: {what}"));
        let address = || {
            let address = options.address.as_ref().map(|bytes| bytes.to_vec());
            address.ok_or_else(|| wrong("no address"))
        };
        let target = match options.kind.as_str() {
            "packet" => Target::Packet {
                interface: options.interface.clone().ok_or_else(|| wrong("no interface"))?,
                ether_type: options
                    .ether_type
                    .and_then(|number| u16::try_from(number).ok())
                    .ok_or_else(|| wrong("no EtherType"))?,
                cooked: options.cooked.unwrap_or(true),
                filter: filter_of(options.filter.as_deref().unwrap_or_default())
                    .ok_or_else(|| wrong("an instruction out of range"))?,
            },
            "ip" => Target::Ip {
                protocol: options
                    .protocol
                    .and_then(|number| u8::try_from(number).ok())
                    .ok_or_else(|| wrong("no protocol"))?,
                address: address()?,
            },
            "udp" => Target::Udp {
                address: address()?,
                reuse_address: options.reuse_address.unwrap_or(false),
                offload: options.offload.unwrap_or(true),
            },
            _ => return Err(wrong("an unknown kind")),
        };
        Ok(SocketConfig {
            target,
            kernel_receive_bytes: options.kernel_receive_bytes,
        })
    }
}

fn filter_of(instructions: &[BpfInstruction]) -> Option<Vec<libc::sock_filter>> {
    let one = |instruction: &BpfInstruction| {
        Some(libc::sock_filter {
            code: u16::try_from(instruction.code).ok()?,
            jt: u8::try_from(instruction.jt).ok()?,
            jf: u8::try_from(instruction.jf).ok()?,
            k: instruction.k,
        })
    };
    instructions.iter().map(one).collect()
}
