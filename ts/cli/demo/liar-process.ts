/**
 * The liar's side of the demo as the orchestrator sees it: starts the fourth process, tells it which valid record
 * to abuse, and checks on the nodes that each lie was seen for what it is.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { base64Encode, type ErrorCode, WaxwingError } from "../../base/index.js";
import type { AdmissionCounts } from "../../node/index.js";
import type { Member } from "./federation.js";
import type { Cast } from "./records.js";
import { waitFor } from "./run.js";

const liarFile = fileURLToPath(new URL("./liar.js", import.meta.url));

/** What the liar is told, as JSON on its standard input. */
export interface LiarOrders {
  readonly dataDirectory: string;
  readonly targets: readonly {
    readonly keyId: string;
    readonly url: string;
    readonly publicKeys: { readonly ed25519: string; readonly mlDsa65?: string };
  }[];
  /** A valid attestation that the targets hold, base64. */
  readonly record: string;
}

interface Lies {
  /** Every node refused the forgeries and recognised the copy. */
  readonly held: boolean;
  /** One line a node, for people. */
  readonly shown: readonly string[];
}

export async function runLiar(
  cast: Cast,
  members: readonly Member[],
  attestations: readonly Uint8Array[],
): Promise<Lies> {
  const before = await Promise.all(members.map(admissionOf));
  // Records and not admissions: a node counts an admission when it is told of it, a moment after the record is held.
  const heldBefore = await Promise.all(members.map((member) => member.records()));
  const targets = members.map(({ plan, url }) => {
    const { keyId, publicKeys } = cast.cardOf(plan.keyId);
    return { keyId, url, publicKeys: publicKeys as LiarOrders["targets"][number]["publicKeys"] };
  });
  await lie({ dataDirectory: cast.liar.directory, targets, record: base64Encode(attestations.at(-1)!) });

  const expected = (index: number, now: AdmissionCounts) =>
    now.refused >= before[index]!.refused + 2 && now.duplicates >= before[index]!.duplicates + 1;
  await waitFor("every node has judged what the liar sent", async () => {
    const now = await Promise.all(members.map(admissionOf));
    return now.every((counts, index) => expected(index, counts));
  });
  const after = await Promise.all(members.map(admissionOf));
  const heldAfter = await Promise.all(members.map((member) => member.records()));
  const admittedNothing = heldAfter.every((records, index) => records === heldBefore[index]);
  return {
    held: admittedNothing,
    shown: members.map(({ name }, index) => {
      const reasons = newReasons(before[index]!, after[index]!);
      return `liar → ${name}         refused ${reasons.join(", ")}; re-serialised copy recognised as a duplicate`;
    }),
  };
}

async function admissionOf(member: Member): Promise<AdmissionCounts> {
  return (await member.control.status()).admission;
}

function newReasons(before: AdmissionCounts, after: AdmissionCounts): string[] {
  return (Object.entries(after.refusedByReason) as [ErrorCode, number][])
    .filter(([reason, count]) => count > (before.refusedByReason[reason] ?? 0))
    .map(([reason]) => reason);
}

async function lie(orders: LiarOrders): Promise<void> {
  const child = spawn(process.execPath, [liarFile], { stdio: ["pipe", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdin.end(JSON.stringify(orders));
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new WaxwingError("demo_failed", `the liar could not speak: ${stderr.trim()}`);
}
