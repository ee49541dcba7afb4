/** What an embedder's server knows of a connection, completed with the careful answer where it says nothing. */
import type { ConnectionInfo } from "../contracts/index.js";

const loopbackAddress = /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|::ffff:127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;

export function connectionInfo(
  facts: Pick<ConnectionInfo, "remoteAddress"> & Partial<ConnectionInfo>,
): ConnectionInfo {
  return { secure: false, loopback: loopbackAddress.test(facts.remoteAddress), ...facts };
}
