/**
 * The ways to peers: native links and HTTP, in the order that the peer book gives. A frame takes the first
 * way whose wire is there and that delivers it; what comes in over any of them is received alike.
 */
import type { KeyId } from "../base/index.js";
import type {
  FrameReceiver,
  LinkProperties,
  SendOutcome,
  Transport,
  TransportCounters,
} from "../contracts/index.js";
import type { NamedLink } from "./links.js";
import type { PeerBook } from "./peer-book.js";
import type { LinkStatus } from "./types.js";

const counterNames = [
  "framesSent",
  "framesReceived",
  "bytesSent",
  "bytesReceived",
  "framesRefused",
  "sendFailures",
] as const satisfies readonly (keyof TransportCounters)[];

export class Routes {
  readonly #http: Transport;
  readonly #links: readonly NamedLink[];
  readonly #peerBook: Pick<PeerBook, "get">;

  constructor(http: Transport, links: readonly NamedLink[], peerBook: Pick<PeerBook, "get">) {
    this.#http = http;
    this.#links = links;
    this.#peerBook = peerBook;
  }

  get counters(): TransportCounters {
    const sum = (name: (typeof counterNames)[number]) =>
      this.#all().reduce((total, { counters }) => total + counters[name], 0);
    return Object.fromEntries(counterNames.map((name) => [name, sum(name)])) as unknown as TransportCounters;
  }

  async start(receive: FrameReceiver, { openLinks }: { openLinks: boolean }): Promise<void> {
    for (const transport of openLinks ? this.#all() : [this.#http]) await transport.start(receive);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all().map((transport) => transport.stop()));
  }

  async send(peer: KeyId, frame: Uint8Array, options: { signal?: AbortSignal }): Promise<SendOutcome> {
    const ways = this.#waysTo(peer);
    let outcome = await ways[0]!.send(peer, frame, options);
    for (const way of ways.slice(1)) {
      if (outcome.status !== "failed" || outcome.reason === "closed") break;
      outcome = await way.send(peer, frame, options);
    }
    return outcome;
  }

  /** Of the way that a frame takes first. */
  linkTo(peer: KeyId): LinkProperties {
    return this.#waysTo(peer)[0]!.link;
  }

  linkStatuses(): LinkStatus[] {
    return this.#links.map(({ name, transport }) => {
      const { rateBitsPerSecond, mtuBytes } = transport.link;
      return {
        name,
        type: transport.id,
        isUp: transport.isUp,
        ...(transport.downReason === undefined ? {} : { downReason: transport.downReason.code }),
        readable: transport.readable,
        addresses: transport.addresses,
        ...(rateBitsPerSecond === undefined ? {} : { rateBitsPerSecond }),
        ...(mtuBytes === undefined ? {} : { mtuBytes }),
        counters: transport.counters,
      };
    });
  }

  /** One at least. A peer that the book does not know is answered over the link that it was heard on. */
  #waysTo(peer: KeyId): readonly Transport[] {
    const known = this.#peerBook.get(peer);
    const named = (known?.links ?? []).flatMap(
      ({ name }) => this.#links.find((link) => link.name === name)?.transport ?? [],
    );
    const heard = this.#links.map(({ transport }) => transport).filter((link) => link.reaches(peer));
    const links = [...new Set([...named, ...heard])];
    const up = links.filter(({ isUp }) => isUp);
    const ways: Transport[] = [...up, ...links.filter(({ isUp }) => !isUp)];
    if (known?.url !== undefined || ways.length === 0) ways.splice(up.length, 0, this.#http);
    return ways;
  }

  #all(): readonly Transport[] {
    return [this.#http, ...this.#links.map(({ transport }) => transport)];
  }
}
