/** `waxwing peer`: who this node replicates with. */
import { Command } from "commander";
import { shortId, utf8Decode, WaxwingError } from "../base/index.js";
import { fetchCard, openNodeAccess, type PeerInput, parsePeer } from "../node/index.js";
import { readInput } from "./input.js";
import { exitCodes, print } from "./output.js";
import { type CommonOptions, loadConfig, withCommonOptions } from "./settings.js";

export function peerCommand(): Command {
  return new Command("peer")
    .description("show this node's card, list, add or remove peers, and open rounds with them")
    .addCommand(cardCommand())
    .addCommand(listCommand())
    .addCommand(addCommand())
    .addCommand(removeCommand())
    .addCommand(roundCommand());
}

function cardCommand(): Command {
  return withCommonOptions(new Command("card"))
    .description("print this node's card: what a peer needs to add it")
    .action(async (options: CommonOptions) => {
      await using access = await openNodeAccess(await loadConfig(options), "read");
      const card = await access.card();
      print(true, card, "");
    });
}

function listCommand(): Command {
  return withCommonOptions(new Command("list"))
    .description("list the peers")
    .action(async (options: CommonOptions) => {
      await using access = await openNodeAccess(await loadConfig(options), "read");
      for (const peer of await access.peers()) {
        print(
          options.json ?? false,
          peer,
          `${shortId(peer.keyId)}  ${peer.trusted ? "trusted" : "unproven"}  ${waysTo(peer)}`,
        );
      }
    });
}

/** In the order in which they are taken. */
function waysTo({ url, links = [] }: PeerInput): string {
  const named = links.map(({ name, address }) => (address === undefined ? name : `${name}=${address}`));
  return [...named, ...(url === undefined ? [] : [url])].join("  ") || "(dials in)";
}

interface AddOptions extends CommonOptions {
  card?: string;
  url?: string;
  keyId?: string;
  link: PeerLink[];
}

type PeerLink = NonNullable<PeerInput["links"]>[number];

function addCommand(): Command {
  return withCommonOptions(new Command("add"))
    .description("add a peer from its card, or from its key id and its URL or link")
    .option("--card <file>", "the peer's card (- for standard input)")
    .option("--url <url>", "where the peer takes frames, e.g. https://node.example/edge/inbound")
    .option("--key-id <id>", "the peer's key id; a native id proves the keys that its URL shows")
    .option(
      "--link <name[=address]>",
      "a link of the configuration that leads there; repeat it, the best first",
      (value: string, links: PeerLink[]) => [...links, parsePeerLink(value)],
      [],
    )
    .action(async (options: AddOptions) => {
      const config = await loadConfig(options);
      const peer = await peerFrom(options);
      await using access = await openNodeAccess(config, "write");
      await access.addPeer(peer);
      print(options.json ?? false, { added: peer.keyId }, `added ${peer.keyId}`);
    });
}

/** `radio`, or `lan=192.0.2.1:4242`. */
function parsePeerLink(value: string): PeerLink {
  const at = value.indexOf("=");
  return at < 0 ? { name: value } : { name: value.slice(0, at), address: value.slice(at + 1) };
}

async function peerFrom({ link, ...options }: AddOptions): Promise<PeerInput> {
  const links = link.length === 0 ? {} : { links: link };
  if (options.card !== undefined) {
    let card: unknown;
    try {
      card = JSON.parse(utf8Decode(await readInput(options.card)));
    } catch (cause) {
      if (cause instanceof WaxwingError) throw cause;
      throw new WaxwingError("usage", `${options.card} is not a card: ${(cause as Error).message}`, {
        cause,
      });
    }
    return parsePeer({
      ...(card as object),
      ...(options.url === undefined ? {} : { url: options.url }),
      ...links,
    });
  }
  if (options.keyId === undefined || (options.url === undefined && link.length === 0))
    throw new WaxwingError("usage", "peer add needs --card, or --key-id with --url or --link");
  if (options.url === undefined) return parsePeer({ keyId: options.keyId, ...links });
  return { ...(await fetchCard(options.url, options.keyId)), url: options.url, ...links };
}

interface RoundOptions extends CommonOptions {
  kind?: string;
}

function roundCommand(): Command {
  return withCommonOptions(new Command("round"))
    .description("open rounds now, instead of at the next cadence: with a peer, or with all")
    .argument("[key-id]")
    .option("--kind <token>", "of this kind alone")
    .addHelpText(
      "after",
      "\nExits 1 when no such rounds are opened. What they come to is in the log of the node.",
    )
    .action(async (peerKeyId: string | undefined, { kind, ...options }: RoundOptions) => {
      await using access = await openNodeAccess(await loadConfig(options), "read");
      const opened = await access.roundNow({
        ...(peerKeyId === undefined ? {} : { peerKeyId }),
        ...(kind === undefined ? {} : { kind }),
      });
      print(options.json ?? false, { opened }, opened ? "opened" : "no such rounds are opened here");
      if (!opened) process.exitCode = exitCodes.no;
    });
}

function removeCommand(): Command {
  return withCommonOptions(new Command("remove"))
    .description("forget a peer")
    .argument("<key-id>")
    .action(async (keyId: string, options: CommonOptions) => {
      await using access = await openNodeAccess(await loadConfig(options), "write");
      const removed = await access.removePeer(keyId);
      print(options.json ?? false, { removed }, removed ? `removed ${keyId}` : `no peer ${keyId}`);
      if (!removed) process.exitCode = exitCodes.no;
    });
}
