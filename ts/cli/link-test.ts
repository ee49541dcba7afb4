/** `waxwing link-test`: what a wire between two machines is worth. Both ends run it; one of them with `--listen`. */
import { Command, InvalidArgumentError } from "commander";
import { limits } from "../base/index.js";
import type { Host } from "../contracts/index.js";
import { createHost } from "../transport/index.js";
import type { LinkOptions, TestedLink } from "./link-test/link-options.js";
import type { ServedTest } from "./link-test/listener.js";
import { exitCodes, print } from "./output.js";

interface LinkTestOptions extends LinkOptions {
  once?: boolean;
  code: string;
  wait: number;
  pings: number;
  pingBytes: number;
  seconds: number;
  frameBytes: number;
  json?: boolean;
}

/** Type and number of a test frame. */
const frameBytesMin = 5;
const secondsMax = 3600;

export function linkTestCommand(): Command {
  return new Command("link-test")
    .description(
      "measure round trip, loss and throughput of a link between two machines; both run this command",
    )
    .option("--listen", "be the end that answers, until Ctrl-C")
    .option("--once", "with --listen: exit after one test")
    .option("--link <json>", "the link, as in links[] of the configuration")
    .option("--type <type>", "or in parts: serial, tcp, …")
    .option("--path <port>", "serial: the port; waxwing ports lists them")
    .option("--baud <rate>", "serial: bits a second (default 115200)", integer(1, 0xffff_ffff))
    .option("--framing <name>", "as in links[]; the same at both ends")
    .option("--hostname <host>", "tcp: where to listen, or whom to reach")
    .option("--port <number>", "tcp: the same", integer(0, 65_535))
    .option("--readable", "authenticate and do not encrypt, as amateur radio demands; the same at both ends")
    .option("--address <address>", "where the other end is, on a link with addresses")
    .option(
      "--code <text>",
      "by which both ends find each other; another one for a second test on the same wire",
      "waxwing",
    )
    .option(
      "--wait <seconds>",
      "how long the other end and every answer may take",
      integer(1, secondsMax),
      15,
    )
    .option("--pings <count>", "round trips to measure", integer(1, 1_000_000), 20)
    .option("--ping-bytes <bytes>", "size of a ping", integer(frameBytesMin, limits.frameBytesMax), 64)
    .option(
      "--seconds <seconds>",
      "bounds the pings, and is the time for which the link is kept full",
      integer(1, secondsMax),
      5,
    )
    .option(
      "--frame-bytes <bytes>",
      "size of the frames that fill it",
      integer(frameBytesMin, limits.frameBytesMax),
      1024,
    )
    .option("--json", "print lines of JSON")
    .addHelpText(
      "after",
      `
Frames travel as a node's do: proven, encrypted unless readable, sent again when the wire loses them. So a lost ping
or frame is one that the link gave up; lost and damaged packets are what the wire did. Keys are made for the test.

Exit codes: 0 nothing was lost · 1 pings or frames were lost, or the test was stopped · 2 wrong usage ·
3 no such port, no permission, or nobody answers at the other end

Examples:
  waxwing link-test --listen --type serial --path /dev/ttyUSB0 --baud 9600     # on one machine
  waxwing link-test --type serial --path /dev/ttyUSB1 --baud 9600              # on the other
  waxwing link-test --listen --type tcp --hostname 0.0.0.0 --port 4242
  waxwing link-test --type tcp --hostname 192.0.2.1 --port 4242 --seconds 10 --frame-bytes 65536 --json
  waxwing link-test --link '{"type":"serial","path":"/dev/ttyUSB0","framing":"fec","fecParity":32}' --wait 60`,
    )
    .action(async (options: LinkTestOptions) => {
      const { testedLink } = await import("./link-test/link-options.js");
      const tested = testedLink(options);
      const host = await createHost();
      try {
        await (options.listen ? listen(options, tested, host) : dial(options, tested, host));
      } finally {
        await host.http.close();
      }
    });
}

async function listen(
  { code, once, json = false }: LinkTestOptions,
  { link }: TestedLink,
  host: Host,
): Promise<void> {
  const [{ createEnd }, { TestListener }] = await Promise.all([
    import("./link-test/end.js"),
    import("./link-test/listener.js"),
  ]);
  const end = await createEnd({ link, host, code, role: "listener" });
  const { transport, listener } = end;
  await new Promise<void>((resolve, reject) => {
    const served = (test: ServedTest) => {
      const { peer, pings, loadFrames, loadBytes } = test;
      const text = `served   ${pings} pings, ${loadFrames} frames of load (${loadBytes} bytes) from ${peer}`;
      print(json, { event: "served", ...test }, text);
      if (once) resolve();
    };
    onStopSignal(resolve);
    new TestListener(end, served).start().then(() => {
      const where = transport.addresses.filter((address) => address !== "").join(", ");
      print(
        json,
        { event: "listening", type: transport.id, keyId: listener, addresses: transport.addresses },
        `listening on ${transport.id}${where && ` at ${where}`}; Ctrl-C ends it`,
      );
    }, reject);
  });
  await transport.stop();
}

async function dial(options: LinkTestOptions, { link, address }: TestedLink, host: Host): Promise<void> {
  const { code, wait, pings, pingBytes, seconds, frameBytes, json = false } = options;
  const [{ createEnd }, { TestDialler }, { progressLine, textOf }] = await Promise.all([
    import("./link-test/end.js"),
    import("./link-test/dialler.js"),
    import("./link-test/report.js"),
  ]);
  const end = await createEnd({
    link,
    host,
    code,
    role: "dialler",
    ...(address === undefined ? {} : { address }),
  });
  const progress = progressLine(!json);
  const plan = { pings, pingBytes, seconds, frameBytes, waitSeconds: wait };
  const dialler = new TestDialler(end, plan, progress);
  onStopSignal(() => dialler.interrupt());
  try {
    const result = await dialler.run();
    progress.end();
    const { ping, load, wire, interrupted } = result;
    const isWhole =
      ping.answered === ping.sent && load.framesLost === 0 && wire !== undefined && !interrupted;
    process.exitCode = isWhole ? exitCodes.done : exitCodes.no;
    print(json, result, textOf(result));
  } finally {
    progress.end();
    await end.transport.stop();
  }
}

/** The first Ctrl-C ends in order; a second one ends at once. */
function onStopSignal(stop: () => void): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
}

function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isInteger(value) || value < min || value > max)
      throw new InvalidArgumentError(`expected an integer of ${min} to ${max}`);
    return value;
  };
}
