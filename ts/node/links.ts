/** The native links of the configuration: media, opened later, under the node's identity. */
import { isWaxwingError, type KeyId, WaxwingError } from "../base/index.js";
import type { Engine, Host, Identity, KeyDirectory, Medium } from "../contracts/index.js";
import { loadLinkCrypto } from "../engine/index.js";
import { AirtimeBudget } from "../framing/index.js";
import { nativeKeyId } from "../records/index.js";
import {
  createLinkTransport,
  createRawMedium,
  createSerialMedium,
  createTcpMedium,
  createUdpMedium,
  type LinkTransport,
} from "../transport/index.js";
import type { Config, LinkConfig } from "./config.js";
import type { Logger } from "./log.js";
import type { PeerBook } from "./peer-book.js";
import type { PeerInput } from "./types.js";

export interface LinksParts {
  readonly config: Config;
  readonly host: Host;
  readonly engine: Engine;
  readonly identity: Identity;
  readonly log: Logger;
  readonly directory: Pick<KeyDirectory, "lookup">;
  readonly peerBook: Pick<PeerBook, "linkAddress">;
  /** Authentic bytes of that peer came. */
  readonly onActivity: (peer: KeyId) => void;
}

export interface NamedLink {
  readonly name: string;
  readonly transport: LinkTransport;
}

export async function createLinks(parts: LinksParts): Promise<NamedLink[]> {
  const { config, host, engine, identity, directory, peerBook, log, onActivity } = parts;
  if (config.links.length === 0) return [];
  checkNames(config.links);
  const crypto = await loadLinkCrypto();
  const create = async (link: LinkConfig): Promise<NamedLink> => ({
    name: link.name,
    transport: createLinkTransport({
      medium: await mediumOf(link, host),
      host,
      crypto,
      engine,
      identity,
      directory,
      nativeKeyId: (keys) => nativeKeyId(engine, keys),
      addressBook: { address: (peer) => peerBook.linkAddress(peer, link.name) },
      readable: link.readable,
      onActivity,
      onFault: (fault) => log.error({ err: fault, link: link.name }, "a link failed"),
    }),
  });
  return Promise.all(config.links.map(create));
}

/** A misspelt name would otherwise be a peer that is never reached. */
export function checkPeerLinks(peers: readonly PeerInput[], links: readonly LinkConfig[]): void {
  for (const { name } of peers.flatMap((peer) => peer.links ?? []))
    if (!links.some((link) => link.name === name))
      throw new WaxwingError("config_invalid", `peers: no link "${name}" is configured`, {
        detail: { name },
      });
}

/**
 * What keeps a link from working here and now, found by opening it and closing it again; undefined: nothing.
 * Opening a serial port raises its DTR.
 */
export async function linkProblem(link: LinkConfig, host: Host): Promise<WaxwingError | undefined> {
  let problem: WaxwingError | undefined;
  const ignore = () => {};
  try {
    const medium = await mediumOf(link, host);
    try {
      const down = (reason: WaxwingError) => void (problem ??= reason);
      await medium.open({ packet: ignore, writable: ignore, gone: ignore, up: ignore, down });
    } finally {
      await medium.close();
    }
  } catch (error) {
    if (!isWaxwingError(error)) throw error;
    problem ??= error;
  }
  return problem;
}

function checkNames(links: readonly LinkConfig[]): void {
  const names = links.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new WaxwingError("config_invalid", `configuration: two links are named "${twice}"`, {
      detail: { name: twice },
    });
}

/** The medium that a link of the configuration names, not opened. */
export async function mediumOf(link: LinkConfig, host: Host): Promise<Medium> {
  switch (link.type) {
    case "serial": {
      const { name: _, type: __, readable: ___, dutyCycle, ...settings } = link;
      const { openSerialPort } = await import("../native.js");
      const bytesPerMs = (link.rateBitsPerSecond ?? link.baudRate * 0.8) / 8000;
      const airtime =
        dutyCycle === undefined
          ? undefined
          : new AirtimeBudget({ airtimeMs: (bytes) => bytes / bytesPerMs, dutyCycle });
      return createSerialMedium({
        host,
        openLine: openSerialPort,
        ...withoutUndefined(settings),
        ...(airtime === undefined ? {} : { airtime }),
      });
    }
    case "tcp": {
      const { hostname, port, framing } = link;
      return createTcpMedium({
        host,
        framing,
        ...(hostname === undefined ? {} : { listen: { hostname, port } }),
      });
    }
    case "udp": {
      const { name: _, type: __, readable: ___, multicast, ...settings } = link;
      const { openUdpSocket } = await import("../native.js");
      return createUdpMedium({
        host,
        openLine: openUdpSocket,
        ...withoutUndefined(settings),
        ...(multicast === undefined ? {} : { multicast: withoutUndefined(multicast) }),
      });
    }
    case "raw": {
      const { name: _, type: __, readable: ___, ...settings } = link;
      const { openPacketSocket } = await import("../native.js");
      return createRawMedium({ host, openLine: openPacketSocket, ...settings });
    }
  }
}

type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
}
