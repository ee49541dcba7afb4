/** A worker thread with an open port, which it never closes. */
import { parentPort, workerData } from "node:worker_threads";
import { openSerialPort } from "waxwing/native";

const port = await openSerialPort({ path: workerData, baudRate: 9600 });
parentPort.on("message", () => port.close());
parentPort.postMessage("open");
