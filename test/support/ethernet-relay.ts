/**
 * An Ethernet segment with a character: each node has one end of a veth pair, and a hub joins the others. Of
 * what the hub passes on, to each port apart, some frames are lost, some come twice and some come late, so
 * that later ones overtake them; all from a seed.
 */
import { openPacketSocket, type PacketSocket } from "waxwing/native";
import { SeededRandom } from "waxwing/testing";
import { Veth } from "./veth.js";

export interface EthernetRelayOptions {
  readonly ports: number;
  readonly seed: number;
  /** Probabilities of each frame. */
  readonly loss: number;
  readonly reorder: number;
  readonly duplication: number;
}

/** How long a frame that is overtaken waits at most: a burst of frames is through by then. */
const lateMsMax = 30;

export class EthernetRelay {
  readonly counts = { passed: 0, lost: 0, reordered: 0, duplicated: 0 };
  readonly #options: EthernetRelayOptions;
  readonly #random: SeededRandom;
  readonly #cables: readonly Veth[];
  readonly #late = new Set<NodeJS.Timeout>();
  #ports: readonly PacketSocket[] = [];

  constructor(options: EthernetRelayOptions) {
    this.#options = options;
    this.#random = new SeededRandom(options.seed);
    this.#cables = Array.from({ length: options.ports }, () => new Veth());
  }

  /** Interfaces for the nodes. */
  get interfaces(): readonly string[] {
    return this.#cables.map(({ a }) => a);
  }

  async open(): Promise<this> {
    const open = ({ b }: Veth) => openPacketSocket({ interface: b, mode: "raw", filter: [] });
    this.#ports = await Promise.all(this.#cables.map(open));
    for (const port of this.#ports)
      port.onReadable = () => {
        port.drain((frame) => this.#spread(port, frame.slice()));
      };
    return this;
  }

  async close(): Promise<void> {
    for (const timer of this.#late) clearTimeout(timer);
    await Promise.all(this.#ports.map((port) => port.close()));
    for (const cable of this.#cables) cable.remove();
  }

  #spread(from: PacketSocket, frame: Uint8Array): void {
    for (const port of this.#ports) if (port !== from) this.#pass(port, frame);
  }

  #pass(port: PacketSocket, frame: Uint8Array): void {
    const { loss, reorder, duplication } = this.#options;
    if (this.#random.chance(loss)) {
      this.counts.lost++;
      return;
    }
    this.counts.passed++;
    if (this.#random.chance(duplication)) {
      this.counts.duplicated++;
      this.#later(port, frame);
    }
    if (this.#random.chance(reorder)) {
      this.counts.reordered++;
      this.#later(port, frame);
    } else port.offer(frame, "");
  }

  #later(port: PacketSocket, frame: Uint8Array): void {
    const timer = setTimeout(
      () => {
        this.#late.delete(timer);
        port.offer(frame, "");
      },
      this.#random.integer(1, lateMsMax),
    );
    this.#late.add(timer);
  }
}
