/** What an embedder's server knows of a connection, completed with the careful answer where it says nothing. */
import { checkString } from "../base/index.js";
import type { ConnectionInfo } from "../contracts/index.js";

const loopbackAddress = /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|::ffff:127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;
const loopbackHost = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;

export type ConnectionFacts = Pick<ConnectionInfo, "remoteAddress"> & Partial<ConnectionInfo>;

export function connectionInfo(facts: ConnectionFacts): ConnectionInfo {
  checkString(facts?.remoteAddress, "facts.remoteAddress");
  const { remoteAddress, secure = false, loopback = loopbackAddress.test(remoteAddress), tlsPeer } = facts;
  return { remoteAddress, secure, loopback, ...(tlsPeer === undefined ? {} : { tlsPeer }) };
}

/** Whether a name or address to listen on is reached from this host alone. */
export function isLoopbackHost(hostname: string): boolean {
  return loopbackHost.test(hostname) || loopbackAddress.test(hostname);
}
