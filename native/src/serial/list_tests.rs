//! The list against trees as sysfs has them.

use super::*;
use std::os::unix::fs::symlink;

struct Tree(PathBuf);

impl Tree {
    fn new(name: &str) -> Self {
        let root = std::env::temp_dir().join(format!("waxwing-list-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        for folder in ["sys/class/tty", "dev/serial/by-id"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        Tree(root)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A tty whose device is the folder `device` of sysfs.
    fn tty(&self, name: &str, device: &str) {
        self.write(&format!("dev/{name}"), "");
        let folder = self.0.join(format!("sys/{device}/tty/{name}"));
        fs::create_dir_all(&folder).unwrap();
        symlink(self.0.join(format!("sys/{device}")), folder.join("device")).unwrap();
        symlink(&folder, self.0.join(format!("sys/class/tty/{name}"))).unwrap();
    }

    fn list(&self) -> Vec<SerialPortInfo> {
        list_ports(&self.0.join("sys"), &self.0.join("dev"))
    }

    fn path(&self, path: &str) -> String {
        self.0.join(path).display().to_string()
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn a_usb_port_tells_where_it_comes_from() {
    let tree = Tree::new("usb");
    let usb = "devices/pci0000:00/usb1/1-1.4";
    for (file, text) in [
        ("manufacturer", "Silicon Labs\n"),
        ("product", "CP2102N\u{7} USB to UART\n"),
        ("serial", "0001\n"),
        ("idVendor", "10c4\n"),
        ("idProduct", "ea60\n"),
    ] {
        tree.write(&format!("sys/{usb}/{file}"), text);
    }
    tree.tty("ttyUSB0", &format!("{usb}/1-1.4:1.0/ttyUSB0"));
    fs::create_dir_all(tree.0.join("sys/bus/usb-serial/drivers/cp210x")).unwrap();
    symlink(
        tree.0.join("sys/bus/usb-serial/drivers/cp210x"),
        tree.0.join(format!("sys/{usb}/1-1.4:1.0/ttyUSB0/driver")),
    )
    .unwrap();
    symlink(
        "../../ttyUSB0",
        tree.0
            .join("dev/serial/by-id/usb-Silicon_Labs_CP2102N_0001-if00-port0"),
    )
    .unwrap();
    let expected = SerialPortInfo {
        path: tree.path("dev/ttyUSB0"),
        stable_path: Some(tree.path("dev/serial/by-id/usb-Silicon_Labs_CP2102N_0001-if00-port0")),
        manufacturer: some("Silicon Labs"),
        product: some("CP2102N USB to UART"),
        serial_number: some("0001"),
        pnp_id: some("usb-Silicon_Labs_CP2102N_0001-if00-port0"),
        location_id: some("1-1.4:1.0"),
        vendor_id: some("10c4"),
        product_id: some("ea60"),
        driver: some("cp210x"),
    };
    assert_eq!(tree.list(), [expected]);
}

#[test]
fn a_uart_of_the_board_is_listed_and_an_absent_one_is_not() {
    let tree = Tree::new("uart");
    tree.tty("ttyAMA0", "devices/platform/soc/fe201000.serial");
    tree.tty("ttyS1", "devices/platform/serial8250");
    tree.write("sys/class/tty/ttyS1/type", "0\n");
    tree.tty("ttyS0", "devices/pnp0/00:04");
    tree.write("sys/class/tty/ttyS0/type", "4\n");
    let found: Vec<_> = tree
        .list()
        .into_iter()
        .map(|port| (port.path, port.location_id, port.vendor_id))
        .collect();
    let expected = [
        (tree.path("dev/ttyAMA0"), some("fe201000.serial"), None),
        (tree.path("dev/ttyS0"), some("00:04"), None),
    ];
    assert_eq!(found, expected);
}

#[test]
fn consoles_are_no_ports_and_numbers_are_in_order() {
    let tree = Tree::new("order");
    fs::create_dir_all(tree.0.join("sys/class/tty/tty0")).unwrap();
    for name in ["ttyUSB10", "ttyUSB9", "ttyACM0"] {
        tree.tty(name, &format!("devices/{name}"));
    }
    let found: Vec<_> = tree.list().into_iter().map(|port| port.path).collect();
    assert_eq!(
        found,
        ["dev/ttyACM0", "dev/ttyUSB9", "dev/ttyUSB10"].map(|path| tree.path(path))
    );
}

#[test]
fn a_machine_without_sysfs_has_no_ports() {
    assert_eq!(list_ports(Path::new("/nowhere"), Path::new("/nowhere")), []);
}
