//! Ports of this machine, from sysfs: no udev is asked, so slim images have them too.
//!
//! A tty is a port if it has a device behind it; consoles and ptys have none. `ttyS*` exist for UARTs that
//! are not there, and say so with the type 0.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use napi_derive::napi;

/// Longest text taken from a device, which may say what it likes.
const TEXT_CHARS_MAX: usize = 256;

#[napi(object)]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SerialPortInfo {
    /// `/dev/ttyUSB0`: what it is called until it is plugged in again.
    pub path: String,
    /// `/dev/serial/by-id/…`: the same name every time, where udev makes it.
    pub stable_path: Option<String>,
    pub manufacturer: Option<String>,
    pub product: Option<String>,
    pub serial_number: Option<String>,
    /// Last part of the stable path.
    pub pnp_id: Option<String>,
    /// Where it is plugged in: bus, ports and interface, as `1-1.4:1.0`; of other buses the device's name.
    pub location_id: Option<String>,
    /// Four hexadecimal digits.
    pub vendor_id: Option<String>,
    pub product_id: Option<String>,
    /// Kernel driver of the port.
    pub driver: Option<String>,
}

/// Ascending by path. `sys` is `/sys` and `dev` is `/dev`, except in tests.
pub fn list_ports(sys: &Path, dev: &Path) -> Vec<SerialPortInfo> {
    let stable = stable_paths(dev);
    let Ok(entries) = fs::read_dir(sys.join("class/tty")) else {
        return Vec::new();
    };
    let mut ports: Vec<SerialPortInfo> = entries
        .flatten()
        .filter_map(|entry| describe(&entry.path(), sys, dev, &stable))
        .collect();
    ports.sort_by(|a, b| natural(&a.path).cmp(&natural(&b.path)));
    ports
}

fn describe(
    tty: &Path,
    sys: &Path,
    dev: &Path,
    stable: &HashMap<PathBuf, PathBuf>,
) -> Option<SerialPortInfo> {
    let device = fs::canonicalize(tty.join("device")).ok()?;
    if text(&tty.join("type")).as_deref() == Some("0") {
        return None;
    }
    let path = dev.join(tty.file_name()?);
    let usb = usb_device(&device, sys);
    let of_usb = |name: &str| usb.as_ref().and_then(|folder| text(&folder.join(name)));
    let stable_path = fs::canonicalize(&path).ok().and_then(|real| stable.get(&real));
    Some(SerialPortInfo {
        manufacturer: of_usb("manufacturer"),
        product: of_usb("product"),
        serial_number: of_usb("serial"),
        vendor_id: of_usb("idVendor"),
        product_id: of_usb("idProduct"),
        location_id: location(&device, usb.as_deref()),
        pnp_id: stable_path.and_then(|path| name(path)),
        stable_path: stable_path.map(|path| path.display().to_string()),
        driver: fs::canonicalize(device.join("driver"))
            .ok()
            .and_then(|path| name(&path)),
        path: path.display().to_string(),
    })
}

/// The USB device above a port: the folder that has vendor and product.
fn usb_device(device: &Path, sys: &Path) -> Option<PathBuf> {
    let sys = fs::canonicalize(sys).ok()?;
    let above = device
        .ancestors()
        .take_while(|folder| folder.starts_with(&sys) && **folder != sys);
    above
        .into_iter()
        .find(|folder| folder.join("idVendor").exists())
        .map(Path::to_path_buf)
}

/// Of USB, the interface, which is the folder just below the device (`1-1.4/1-1.4:1.0/ttyUSB0`).
fn location(device: &Path, usb: Option<&Path>) -> Option<String> {
    match usb {
        Some(usb) => device
            .ancestors()
            .find(|folder| folder.parent() == Some(usb))
            .and_then(name),
        None => name(device),
    }
}

/// Device node → its name in `serial/by-id`.
fn stable_paths(dev: &Path) -> HashMap<PathBuf, PathBuf> {
    let Ok(entries) = fs::read_dir(dev.join("serial/by-id")) else {
        return HashMap::new();
    };
    let links = entries.flatten().map(|entry| entry.path());
    links
        .filter_map(|link| Some((fs::canonicalize(&link).ok()?, link)))
        .collect()
}

fn name(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_string_lossy().into_owned())
}

fn text(path: &Path) -> Option<String> {
    let bytes = fs::read(path).ok()?;
    let text: String = String::from_utf8_lossy(&bytes)
        .trim()
        .chars()
        .filter(|char| !char.is_control())
        .take(TEXT_CHARS_MAX)
        .collect();
    (!text.is_empty()).then_some(text)
}

/// ttyUSB10 after ttyUSB9.
fn natural(path: &str) -> (&str, u64) {
    let digits = path.len() - path.trim_end_matches(|char: char| char.is_ascii_digit()).len();
    let (stem, number) = path.split_at(path.len() - digits);
    (stem, number.parse().unwrap_or(0))
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
