/** Opens a port and says so; `read` also waits for a byte. Ends when nothing keeps the process alive. */
import { openSerialPort } from "waxwing/native";

const [path, what] = process.argv.slice(2);
const port = await openSerialPort({ path, baudRate: 9600 });
console.log(JSON.stringify({ opened: true }));
if (what === "read") console.log(JSON.stringify({ read: await port.read(new Uint8Array(1)) }));
