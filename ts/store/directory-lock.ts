/**
 * One node per directory: a lock made of files, because Node offers no `flock`. It survives `kill -9` (the
 * next starter sees that the holder is gone) and two starters never both win.
 *
 * Each claim carries a random token, and is published by `link`, which creates a complete file or fails:
 *
 * ```
 *  waxwing.lock              the first claim, token T0
 *  waxwing.lock.T0           the claim that followed T0, token T1
 *  waxwing.lock.T1           …
 * ```
 *
 * The last claim of this chain holds the directory while its process lives. To take over from a dead or
 * released one, a starter links a file that only one can create: its successor. The winner then replaces the
 * root by its own claim and deletes the files between. A starter with an old view may still create a
 * successor of a claim that is no longer in the chain; so each winner walks the chain once more from the
 * root, and has won only if the walk ends at its own claim. The root is replaced before anything is deleted,
 * so such a walk cannot miss the change. A release replaces the root by a claim without a process.
 *
 * A process is known by pid, start time, PID namespace and boot, so that a reused pid is not taken for the
 * holder. A claim from another PID namespace of the same boot (another container) cannot be judged by its
 * pid: its holder listens on a socket in the directory, which the kernel closes with it.
 * Not for network file systems: a claim of another machine looks like one from before a restart.
 */
import { linkSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { hostname } from "node:os";
import { join, relative, resolve as resolvePath } from "node:path";
import { hexEncode } from "../base/bytes.js";
import { checkOptions, checkString } from "../base/check.js";
import { WaxwingError } from "../base/errors.js";
import { makeDirectory } from "./make-directory.js";

export interface DirectoryLockOptions {
  /** What to call the holder in the error that others get, e.g. "waxwing node". */
  readonly purpose?: string;
}

export interface DirectoryLock {
  /** Idempotent. */
  release(): Promise<void>;
}

const lockName = "waxwing.lock";
/** Starters that keep overtaking this one; each round somebody else makes progress. */
const attemptsMax = 100;
/** A path of a Unix socket has at most 108 bytes with its NUL (unix(7)); 104 on the BSDs. */
const socketPathBytesMax = 103;

interface Claim {
  readonly token: string;
  /** Absent in the claim of a released lock. */
  readonly holder?: ProcessIdentity & { readonly purpose: string };
}

interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot; empty where the system does not tell. */
  readonly startTime: string;
  readonly bootId: string;
  readonly pidNamespace: string;
  readonly host: string;
}

export async function lockDirectory(path: string, options: DirectoryLockOptions): Promise<DirectoryLock> {
  checkString(path, "path");
  checkOptions(options, "options", ["purpose"]);
  const purpose = options.purpose ?? "waxwing";
  checkString(purpose, "options.purpose");
  const claim: Claim = { token: randomToken(), holder: { ...thisProcess(), purpose } };
  let lifeSign: Server | undefined;
  try {
    makeDirectory(path);
    // Before the claim is published, so that nobody meets a claim without its sign of life.
    lifeSign = await openLifeSign(path, claim.token);
    await follow(path, claim);
    return { release: () => release(path, claim, lifeSign) };
  } catch (error) {
    await closeLifeSign(lifeSign);
    throw asLockError(error, path);
  }
}

/** Looks without taking anything, so that many may ask at once, also where nothing can be written. */
export async function findHolder(path: string): Promise<{ pid: number; purpose: string } | undefined> {
  checkString(path, "path");
  const last = lastClaim(path);
  if (!last?.holder || !(await isAlive(last.holder, path, last.token))) return undefined;
  return { pid: last.holder.pid, purpose: last.holder.purpose };
}

async function follow(path: string, claim: Claim): Promise<void> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const last = lastClaim(path);
    if (last?.holder && (await isAlive(last.holder, path, last.token))) throw lockedBy(last.holder, path);
    if (tryFollow(path, last, claim)) return;
  }
  throw new WaxwingError("store_locked", `${path}: other processes keep starting and stopping here`, {
    detail: { path },
  });
}

/** Publishes the claim behind `last`. True when it ended up as the last one of the chain. */
function tryFollow(path: string, last: Claim | undefined, claim: Claim): boolean {
  const successor = claimPath(path, last?.token);
  if (!createComplete(path, successor, claim)) return false;
  if (lastClaim(path)?.token !== claim.token) {
    rmSync(successor, { force: true });
    return false;
  }
  const between = chain(path).slice(0, -1);
  replaceRoot(path, claim);
  for (const { token } of between) {
    rmSync(claimPath(path, token), { force: true });
    rmSync(lifeSignPath(path, token), { force: true });
  }
  return true;
}

async function release(path: string, claim: Claim, lifeSign: Server | undefined): Promise<void> {
  // Only the holder's own claim is replaced; after a release, or if the files were deleted by hand, nothing is.
  if (lastClaim(path)?.token === claim.token && lastClaim(path)?.holder)
    replaceRoot(path, { token: claim.token });
  await closeLifeSign(lifeSign);
}

function lastClaim(path: string): Claim | undefined {
  return chain(path).at(-1);
}

/** The claims from the root on. Tokens are unique, so the walk ends. */
function chain(path: string): Claim[] {
  const claims: Claim[] = [];
  for (let claim = readClaim(path, undefined); claim; claim = readClaim(path, claim.token)) {
    claims.push(claim);
    if (claims.length > attemptsMax)
      throw new Error(`${join(path, lockName)}: the chain of claims has no end`);
  }
  return claims;
}

function readClaim(path: string, after: string | undefined): Claim | undefined {
  const file = claimPath(path, after);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return parseClaim(text, file);
}

function parseClaim(text: string, file: string): Claim {
  try {
    const claim = JSON.parse(text) as Claim;
    if (/^[0-9a-f]{32}$/.test(claim.token) && (!claim.holder || Number.isInteger(claim.holder.pid)))
      return claim;
  } catch {
    // Reported below with the file's name.
  }
  throw new WaxwingError(
    "store_locked",
    `${file}: not a lock file of Waxwing; delete it if no node runs here`,
    { detail: { path: file } },
  );
}

function claimPath(path: string, after: string | undefined): string {
  return join(path, after === undefined ? lockName : `${lockName}.${after}`);
}

/** Creates `file` with its whole content, or answers false where it exists. */
function createComplete(path: string, file: string, claim: Claim): boolean {
  const temporary = writeTemporary(path, claim);
  try {
    linkSync(temporary, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function replaceRoot(path: string, claim: Claim): void {
  renameSync(writeTemporary(path, claim), claimPath(path, undefined));
}

function writeTemporary(path: string, claim: Claim): string {
  const temporary = join(path, `.${lockName}.${process.pid}.${randomToken()}`);
  writeFileSync(temporary, `${JSON.stringify(claim)}\n`, { mode: 0o600, flag: "wx", flush: true });
  return temporary;
}

async function isAlive(holder: ProcessIdentity, path: string, token: string): Promise<boolean> {
  const here = thisProcess();
  if (holder.bootId !== here.bootId) return false;
  if (holder.pidNamespace !== here.pidNamespace) return answersLifeSign(path, token);
  if (!pidExists(holder.pid)) return false;
  return holder.startTime === startTimeOf(holder.pid);
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function thisProcess(): ProcessIdentity {
  return {
    pid: process.pid,
    startTime: startTimeOf(process.pid),
    bootId: readText("/proc/sys/kernel/random/boot_id"),
    pidNamespace: readLink("/proc/self/ns/pid"),
    host: hostname(),
  };
}

/** Field 22 of /proc/<pid>/stat; the second one may hold spaces and parentheses. A zombie holds nothing any more. */
function startTimeOf(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? "ended" : (fields[19] ?? "");
}

/** A socket that answers as long as this process lives; for starters in another PID namespace. */
function openLifeSign(path: string, token: string): Promise<Server | undefined> {
  const address = addressOf(lifeSignPath(path, token));
  if (!address) return Promise.resolve(undefined);
  const server = createServer((socket) => socket.destroy());
  server.unref();
  return new Promise((resolve) => {
    // A file system without sockets still locks; other containers then have to be told apart by hand.
    server.once("error", () => resolve(undefined));
    server.listen(address, () => resolve(server));
  });
}

/** Closing removes the socket's file. */
function closeLifeSign(server: Server | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (server?.listening) server.close(() => resolve());
    else resolve();
  });
}

function answersLifeSign(path: string, token: string): Promise<boolean> {
  const address = addressOf(lifeSignPath(path, token));
  if (!address) return Promise.resolve(true);
  return new Promise((resolve) => {
    const socket = connect(address, () => {
      socket.destroy();
      resolve(true);
    });
    // Refused: the file is there and nobody behind it. Anything else proves nothing, and nothing is taken then.
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code !== "ECONNREFUSED"));
  });
}

function lifeSignPath(path: string, token: string): string {
  return join(path, `.alive.${token.slice(0, 8)}`);
}

/** Relative to the working directory where that is shorter; undefined where no form fits a socket address. */
function addressOf(file: string): string | undefined {
  const absolute = resolvePath(file);
  const near = relative(process.cwd(), absolute);
  const shorter = near.length < absolute.length ? near : absolute;
  return Buffer.byteLength(shorter) <= socketPathBytesMax ? shorter : undefined;
}

function lockedBy(holder: NonNullable<Claim["holder"]>, path: string): WaxwingError {
  return new WaxwingError(
    "store_locked",
    `${path}: ${holder.purpose} with process id ${holder.pid} on ${holder.host} holds this directory; ` +
      "stop it or choose another data directory",
    { detail: { path, pid: holder.pid, host: holder.host, purpose: holder.purpose } },
  );
}

function asLockError(error: unknown, path: string): unknown {
  if (error instanceof WaxwingError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EACCES" || code === "EROFS" || code === "EPERM") {
    return new WaxwingError(
      "store_read_only",
      `${path}: ${message}; give this user write permission, mount it writable, or choose another data directory`,
      { detail: { path, cause: code }, cause: error },
    );
  }
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new WaxwingError("store_full", `${path}: ${message}; free disk space, then try again`, {
      detail: { path, cause: code },
      cause: error,
    });
  }
  return new WaxwingError("store_unavailable", `${path}: ${message}`, { detail: { path }, cause: error });
}

function randomToken(): string {
  return hexEncode(crypto.getRandomValues(new Uint8Array(16)));
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
