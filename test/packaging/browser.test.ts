/**
 * `waxwing/core` in a real browser, without a bundler: the built files are served as they are and must give
 * Node's answers. Needs a Chromium; WAXWING_CHROMIUM names it (default /usr/bin/chromium).
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, normalize } from "node:path";
import test from "ava";
import { chromium } from "playwright-core";
import { loadCore } from "waxwing/core";
import { repository } from "../support/consumer.js";

const executablePath = process.env.WAXWING_CHROMIUM ?? "/usr/bin/chromium";
const browserTest = existsSync(executablePath) ? test : test.skip;
const note = existsSync(executablePath)
  ? ""
  : ` (needs ${executablePath}: install chromium or set WAXWING_CHROMIUM)`;

/** What page and Node compute alike: every algorithm once. Runs in both, so it may name nothing outside itself. */
async function answers(core: Awaited<ReturnType<typeof loadCore>>): Promise<string> {
  const seed = new Uint8Array(32).fill(9);
  const message = new TextEncoder().encode('{"b":1.50,"a":"é"}');
  const { publicKey, secretKey } = core.mlDsa65.keygen(seed);
  const signature = core.mlDsa65.sign(message, secretKey, { random: false });
  const parts = [
    core.canonicalize(message),
    core.canonicalizePython(message),
    core.ed25519.sign(message, seed),
    signature,
  ];
  const verdicts = [
    core.mlDsa65.verify(signature, message, publicKey),
    core.ed25519.verify(core.ed25519.sign(message, seed), message, core.ed25519.publicKey(seed)),
  ];
  return parts.map((part) => Array.from(core.sha256(part)).join(",")).join(";") + verdicts.join();
}

async function serveDist(): Promise<Server> {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
    if (path === "/") return response.setHeader("content-type", "text/html").end("<!doctype html>");
    const body = await readFile(join(repository, "dist", path)).catch(() => undefined);
    if (body === undefined) return response.writeHead(404).end();
    return response.setHeader("content-type", "text/javascript").end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

browserTest(`waxwing/core gives Node's answers in Chromium, loaded without a bundler${note}`, async (t) => {
  const server = await serveDist();
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const quiet = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  const browser = await chromium.launch({ executablePath, args: quiet });
  try {
    const page = await browser.newPage();
    await page.goto(origin);
    const inPage = await page.evaluate(
      `import("/core.js").then(({ loadCore }) => loadCore()).then(${answers})`,
    );
    t.is(inPage, await answers(await loadCore()));
  } finally {
    await browser.close();
    server.close();
  }
});
