/** `waxwing head`: what a node says under its name of the records it holds, and whether two such statements agree. */
import { Command } from "commander";
import { isWaxwingError, utf8Decode, utf8Encode } from "../base/index.js";
import { type NodeAccess, openNodeAccess, type StateHeadJson } from "../node/index.js";
import { readInput } from "./input.js";
import { exitCodes, note, print } from "./output.js";
import { type CommonOptions, loadConfig, withCommonOptions } from "./settings.js";

interface HeadOptions extends CommonOptions {
  peer?: string;
  compare?: string;
}

export function headCommand(): Command {
  return withCommonOptions(new Command("head"))
    .description(
      "print signed statements of what this node, or a peer, holds of each kind, or compare with others",
    )
    .argument("[kind...]", "kind tokens; default: all kinds that are reconciled by sets")
    .option("--peer <key-id>", "ask this peer; needs a running node that replicates with it")
    .option("--compare <file>", "statements to compare with, one a line (- for standard input)")
    .addHelpText(
      "after",
      `
Without --compare each line is one statement, verbatim, for an auditor to keep. With --compare the statements of the file
are verified and compared, kind by kind: equal heads prove that both nodes hold the same records.
Exits 1 when a kind differs or a statement cannot be verified.`,
    )
    .action(async (kinds: string[], { peer, compare, ...options }: HeadOptions) => {
      const config = await loadConfig(options);
      // Sets of record ids are kept only by who may write.
      await using access = await openNodeAccess(config, "write");
      const asked = compare === undefined ? [] : statementsOf(utf8Decode(await readInput(compare)));
      const others = await verifyAll(access, asked);
      const wanted = kinds.length > 0 || compare === undefined ? kinds : others.map(({ kind }) => kind);
      const statements = await access.stateHeads(wanted, peer);
      if (compare === undefined) {
        for (const statement of statements) process.stdout.write(`${statement}\n`);
        return;
      }
      const own = await verifyAll(access, statements);
      const isEqual = compareHeads(own, others, options.json ?? false);
      if (!isEqual || others.length < asked.length) process.exitCode = exitCodes.no;
    });
}

function statementsOf(text: string): string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}

/** Those that hold; what is wrong with the others goes to stderr. */
async function verifyAll(access: NodeAccess, statements: readonly string[]): Promise<StateHeadJson[]> {
  const verified: StateHeadJson[] = [];
  for (const statement of statements) {
    try {
      verified.push(await access.verifyStateHead(utf8Encode(statement)));
    } catch (error) {
      if (!isWaxwingError(error)) throw error;
      note(`waxwing: ${error.message} (${error.code})`);
    }
  }
  return verified;
}

/** Whether every kind of the others is the same here, and there was one. */
function compareHeads(
  own: readonly StateHeadJson[],
  others: readonly StateHeadJson[],
  json: boolean,
): boolean {
  let isEqual = others.length > 0;
  for (const other of others) {
    const mine = own.find(({ kind }) => kind === other.kind);
    const agrees = mine !== undefined && mine.count === other.count && mine.head === other.head;
    isEqual &&= agrees;
    const text = `${other.kind}  ${agrees ? "equal" : "differs"}  ${mine?.count ?? "no statement"}  ${other.count}  ${other.nodeKeyId}`;
    print(json, { kind: other.kind, equal: agrees, own: mine ?? null, other }, text);
  }
  return isEqual;
}
